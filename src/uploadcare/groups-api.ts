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

/** One page of the listing of groups. */
interface GroupPage {
  readonly groups: readonly GroupFacts[];
  /** Path and query of the next page, checked and verbatim; null on the last page. */
  readonly next: string | null;
}

/** The start of a listing of groups: its first page, or the `next` of another page. */
export type GroupPageStart = { readonly query: GroupListQuery } | { readonly cursor: string };

/** `/groups/` (api 6). Groups are created through the Upload API. */
export interface GroupsApi {
  listPage(start: GroupPageStart, signal: AbortSignal): Promise<GroupPage>;
  /** null if the project does not have the group. */
  details(id: GroupId, signal: AbortSignal): Promise<GroupDetails | null>;
  /** Deletes the group but not its files. `existed` is false if there was nothing to delete. */
  remove(id: GroupId, permit: SendPermit): Promise<{ existed: boolean }>;
}

/** Makes the group endpoints for one transport. */
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
