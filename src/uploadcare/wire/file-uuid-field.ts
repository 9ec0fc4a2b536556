import { z } from 'zod';
import { isFileUuid, parseFileUuid } from '../../core/file-uuid.ts';

/** A UUID in an answer. */
export const fileUuid = z.string().refine(isFileUuid, 'not a UUID').transform(parseFileUuid);
