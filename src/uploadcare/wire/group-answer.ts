import * as z from 'zod';
import type { FileFacts } from '../../core/file-facts.ts';
import type { GroupId } from '../../core/group-id.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { factsFrom, fileFields } from './file-info.ts';
import { groupId } from './group-id-field.ts';
import { timestamp } from './timestamp.ts';

/** A group, as the list of groups contains it. */
export interface GroupFacts {
  readonly id: GroupId;
  /** Time in ms since 1970. */
  readonly createdAt: number;
  readonly filesCount: number;
}

/** A file in a group. */
interface GroupFile extends FileFacts {
  /**
   * The image operations that the group applies to the file, such as `resize/x600/`; empty if there are none.
   */
  readonly defaultEffects: string;
}

/** A group with its files in their order. A file is null if the service no longer has it. */
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

/** Parses the answer to `GET /groups/`. */
export function parseGroupPage(request: RequestInfo, response: ApiResponse): GroupPage {
  return checkAnswer(groupPage, request, response);
}

/** Parses the answer to `GET /groups/{id}/`. */
export function parseGroupDetails(request: RequestInfo, response: ApiResponse): GroupDetails {
  return checkAnswer(groupDetails, request, response);
}

function groupFrom(group: z.output<typeof groupShape>): GroupFacts {
  return { id: group.id, createdAt: group.datetime_created, filesCount: group.files_count };
}
