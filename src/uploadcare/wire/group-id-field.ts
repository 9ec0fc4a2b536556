import * as z from 'zod';
import { isGroupId, parseGroupId } from '../../core/group-id.ts';

/** The schema of a group's id in an answer. */
export const groupId = z.string().refine(isGroupId, 'not a group id').transform(parseGroupId);
