import { z } from 'zod';
import type { FileFacts } from '../../core/file-facts.ts';
import type { GroupId } from '../../core/group-id.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { factsFrom, fileFields } from './file-info.ts';
import { groupId } from './group-id-field.ts';
import { timestamp } from './timestamp.ts';

/** A group in a listing. */
export interface GroupFacts {
  readonly id: GroupId;
  /** Ms since 1970. */
  readonly createdAt: number;
  readonly filesCount: number;
}

/** A file of a group. */
interface GroupFile extends FileFacts {
  /** Operations on the file, e.g. `resize/x600/`; empty if there are none. */
  readonly defaultEffects: string;
}

/** A group and its files in order; null for a file that was purged. */
export interface GroupDetails extends GroupFacts {
  readonly files: readonly (GroupFile | null)[];
}

interface GroupPage {
  readonly groups: readonly GroupFacts[];
  readonly next: string | null;
}

const groupShape = z.object({
  id: groupId,
  datetime_created: timestamp,
  files_count: z.int().min(0),
});

const groupFile = z.object({ ...fileFields, default_effects: z.string().nullish() }).transform(
  (file): GroupFile => ({
    ...factsFrom(file),
    defaultEffects: file.default_effects ?? '',
  }),
);

const groupDetails = groupShape
  .extend({ files: z.array(groupFile.nullable()) })
  .transform((group): GroupDetails => ({ ...groupFrom(group), files: group.files }));

const groupPage = z
  .object({ next: z.string().nullable(), results: z.array(groupShape.transform(groupFrom)) })
  .transform(({ next, results }): GroupPage => ({ next, groups: results }));

/** The answer of `GET /groups/`. */
export function parseGroupPage(request: RequestInfo, response: ApiResponse): GroupPage {
  return checkAnswer(groupPage, request, response);
}

/** The answer of `GET /groups/{id}/`. */
export function parseGroupDetails(request: RequestInfo, response: ApiResponse): GroupDetails {
  return checkAnswer(groupDetails, request, response);
}

function groupFrom(group: z.output<typeof groupShape>): GroupFacts {
  return { id: group.id, createdAt: group.datetime_created, filesCount: group.files_count };
}
