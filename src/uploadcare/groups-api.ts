import type { GroupId } from '../core/group-id.ts';
import type { ApiRequest, Send, SendPermit } from '../transport/send.ts';
import { checkCursor, firstPageTarget, GROUP_LISTING, type GroupListQuery } from './list-cursor.ts';
import { nullIfMissing } from './null-if-missing.ts';
import {
  type GroupDetails,
  type GroupFacts,
  parseGroupDetails,
  parseGroupPage,
} from './wire/group-answer.ts';

/** One page of the list of groups. */
interface GroupPage {
  readonly groups: readonly GroupFacts[];
  /**
   * Path and query of the next page, exactly as the service sent them, but checked. null on the last page.
   */
  readonly next: string | null;
}

/** Where to start reading the list of groups: the parameters for the first page, or the `next` of a page. */
export type GroupPageStart = { readonly query: GroupListQuery } | { readonly cursor: string };

/**
 * The endpoints below `/groups/` (docs/uploadcare-api.md 6). They can't create groups; the Upload API does
 * (`UploadedApi`).
 */
export interface GroupsApi {
  listPage(start: GroupPageStart, signal: AbortSignal): Promise<GroupPage>;
  /** Returns null if the project does not contain the group. */
  details(id: GroupId, signal: AbortSignal): Promise<GroupDetails | null>;
  /** Deletes a group; its files stay. `existed` is false if the group did not exist. */
  remove(id: GroupId, permit: SendPermit): Promise<{ existed: boolean }>;
}

export function createGroupsApi(send: Send, origin: string): GroupsApi {
  return {
    async listPage(start, signal) {
      const target =
        'query' in start
          ? firstPageTarget(start.query, GROUP_LISTING)
          : checkCursor(start.cursor, origin, GROUP_LISTING);
      const request = { method: 'GET', target, mutates: false, signal } as const;
      const { groups, next } = parseGroupPage(request, await send(request));
      return { groups, next: next === null ? null : checkCursor(next, origin, GROUP_LISTING) };
    },
    async details(id, signal) {
      const target = `/groups/${id}/`;
      const request = { method: 'GET', target, mutates: false, signal } as const;
      const response = await nullIfMissing(send(request));
      return response === null ? null : parseGroupDetails(request, response);
    },
    async remove(id, permit) {
      const target = `/groups/${id}/`;
      const request: ApiRequest = { method: 'DELETE', target, mutates: true, ...permit };
      const response = await nullIfMissing(send(request));
      return { existed: response !== null };
    },
  };
}
