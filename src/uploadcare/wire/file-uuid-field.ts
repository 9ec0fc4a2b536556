import * as z from 'zod';
import { isFileUuid, parseFileUuid } from '../../core/file-uuid.ts';

/** The schema of a file's UUID in an answer. */
export const fileUuid = z.string().refine(isFileUuid, 'not a UUID').transform(parseFileUuid);
