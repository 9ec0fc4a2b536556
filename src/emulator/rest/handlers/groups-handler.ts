import { groupHead } from '../../files/group-json.ts';
import type { EmulatedGroup, GroupMember } from '../../files/project-groups.ts';
import { refusals } from '../../protocol/rest-refusals.ts';
import type { Answer, Exchange } from '../exchange.ts';
import { keysetPage } from '../listing/keyset-page.ts';
import { nextLink, previousLink } from '../listing/list-links.ts';
import { parsePageQuery } from '../listing/list-query.ts';

/**
 * Answers `GET /groups/` (docs/uploadcare-api.md 1.7 and 6). The pages look like those of files, but have no
 * field `totals`.
 */
export function listGroups(exchange: Exchange): Answer {
  const asked = exchange.query();
  const groups = exchange.project.groups.shownAt(exchange.now);
  const query = parsePageQuery(asked, 'datetime_created');
  const page = keysetPage(groups, ({ createdAt }) => createdAt, query);
  const address = { base: exchange.origins.api + exchange.path, query: asked };
  const body = {
    next: nextLink(address, page.next),
    previous: previousLink(address, page.previous),
    total: groups.length,
    per_page: query.limit,
    results: page.items.map((group) => headOf(exchange, group)),
  };
  return { status: 200, body: JSON.stringify(body) };
}

/**
 * Answers `GET /groups/{id}/` (docs/uploadcare-api.md 6). A purged file is null; the other files have the
 * field `default_effects`.
 */
export function groupInfo(exchange: Exchange): Answer {
  return groupAnswer(exchange, groupOfPath(exchange));
}

/**
 * Answers `DELETE /groups/{id}/` (docs/uploadcare-api.md 6). The files of the group remain. A repeated
 * request gets a 404.
 */
export function deleteGroup(exchange: Exchange): Answer {
  const slot = groupOfPath(exchange);
  exchange.project.groups.delete(slot);
  exchange.record('group_delete', slot, true);
  return { status: 204, body: '' };
}

/**
 * Answers `PUT /groups/{id}/storage/`, which only v0.6 has: stores every file of the group
 * (docs/uploadcare-api.md 6).
 */
export function storeGroup(exchange: Exchange): Answer {
  const slot = groupOfPath(exchange);
  const { groups, files } = exchange.project;
  groups.store(slot, exchange.now);
  for (const member of groups.describe(slot).members) {
    const ref = member === null ? undefined : files.find(member.uuid);
    if (ref !== undefined) exchange.store(ref);
  }
  return groupAnswer(exchange, slot);
}

function groupOfPath(exchange: Exchange): number {
  const slot = exchange.project.groups.find(exchange.param(0).toLowerCase());
  if (slot === undefined) throw refusals.notFound();
  return slot;
}

function groupAnswer(exchange: Exchange, slot: number): Answer {
  const group = exchange.project.groups.describe(slot);
  const files = group.members.map((member) => memberJson(exchange, member));
  const head = JSON.stringify(headOf(exchange, group)).slice(0, -1);
  return { status: 200, body: `${head},"files":[${files.join(',')}]}` };
}

function headOf({ version, origins }: Exchange, group: EmulatedGroup): object {
  return groupHead(group, origins, version === '0.6' ? 'with-stored' : 'without-stored');
}

function memberJson(exchange: Exchange, member: GroupMember | null): string {
  const ref = member === null ? undefined : exchange.project.files.find(member.uuid);
  if (member === null || ref === undefined) return 'null';
  const effects = JSON.stringify(member.effects);
  return `${exchange.fileJson(ref).slice(0, -1)},"default_effects":${effects}}`;
}
