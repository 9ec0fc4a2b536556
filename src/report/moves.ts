import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import { isGroupId } from '../core/group-id.ts';
import type { ItemState } from '../core/item-state.ts';
import { objectUrl } from './bucket-address.ts';
import { cdnUrl, DEFAULT_CDN_HOST, KNOWN_CDN_HOSTS, originalOf } from './cdn-hosts.ts';
import { GONE_REASONS, readDeletedThings } from './deleted-things.ts';
import { isNothing, type NewThings, newThings } from './new-things.ts';
import { type ReportedRun, type RunItem, runItems } from './run-items.ts';

/** What was there before. */
export type OldThing =
  | { readonly kind: 'file'; readonly uuid: FileUuid; readonly url: string }
  | { readonly kind: 'group'; readonly id: string; readonly url: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'path'; readonly path: string };

/** An item that was made into something new: a line of the table from old to new. */
export interface Move extends NewThings {
  readonly item: string;
  readonly from: OldThing;
  readonly state: ItemState;
  /** False where a step is still to come or failed, or the new file is gone: nothing may point there yet. */
  readonly isSettled: boolean;
  readonly fileUrl: string | null;
  readonly objectUrl: string | null;
  readonly groupUrl: string | null;
}

/** Hosts and addresses of a table from old to new. */
export interface MoveSettings {
  /** Hosts that old URLs have, beside the known ones; the first without `*` is the one that is written. */
  readonly oldHosts: readonly string[];
  /** Host of new URLs; the one that the run's ledger knows if null. */
  readonly newHost: string | null;
  /** Where the bucket is served; the bucket's own address where absent. */
  readonly bucketUrl?: string | undefined;
}

/** What new URLs lead to: the new file on the CDN, or the copy in the bucket. */
export type MoveTarget = 'file' | 'object';

/** Counts of a table from old to new, complete once it was read to its end. */
export interface MoveCounts {
  written: number;
  /** Made into something new, but a step is still to come or failed: nothing may point there yet. */
  unsettled: number;
  /** Made into something new that the run deleted again, and left out for that. */
  deleted: number;
  /** Old URLs that redirects leave out: the server can't match them, or another one has the same place. */
  unmatched: number;
}

/** Counts before a map is read. */
export function noMoveCounts(): MoveCounts {
  return { written: 0, unsettled: 0, deleted: 0, unmatched: 0 };
}

/** Every item of a run that was made into something new that still exists; counts them on their way. */
export function* moves(
  run: ReportedRun,
  settings: MoveSettings,
  counts: MoveCounts,
): Generator<Move> {
  const deleted = readDeletedThings(run);
  try {
    for (const item of runItems(run)) {
      const { things, hosts, hasLost } = newThings(run.steps, item, (id) => deleted.has(id));
      if (!isNothing(things)) {
        const found = move(item, things, { ...settings, run, hosts });
        if (found.isSettled) counts.written += 1;
        else counts.unsettled += 1;
        yield found;
      } else if (hasLost) counts.deleted += 1;
    }
  } finally {
    deleted.close();
  }
}

/** What a new reference leads to; by default the file, else the copy. Null: neither, or not what is wanted. */
export function targetOf(
  { file, fileUrl, objectUrl: copy }: Move,
  wanted: MoveTarget | undefined,
): { readonly kind: MoveTarget; readonly uuid: FileUuid | null; readonly url: string } | null {
  if (file !== null && fileUrl !== null && wanted !== 'object') {
    return { kind: 'file', uuid: file, url: fileUrl };
  }
  if (copy !== null && wanted !== 'file') return { kind: 'object', uuid: null, url: copy };
  return null;
}

interface MovePlace extends MoveSettings {
  readonly run: ReportedRun;
  readonly hosts: Readonly<Record<keyof NewThings, string | null>>;
}

function move({ record }: RunItem, things: NewThings, settings: MovePlace): Move {
  const { key, state, reason } = record;
  const { newHost, bucketUrl, hosts } = settings;
  const urlOf = (id: string, host: string | null) =>
    cdnUrl(newHost ?? host ?? DEFAULT_CDN_HOST, id);
  const isSkippedWell = state === 'skipped' && !GONE_REASONS.includes(reason);
  return {
    item: key,
    from: oldThing(key, settings),
    state,
    isSettled: state === 'done' || isSkippedWell,
    ...things,
    fileUrl: things.file === null ? null : urlOf(things.file, hosts.file),
    objectUrl: things.object === null ? null : objectUrl(things.object, bucketUrl),
    groupUrl: things.group === null ? null : urlOf(things.group, hosts.group),
  };
}

function oldThing(key: string, { oldHosts, run }: MovePlace): OldThing {
  const named = oldHosts.find((name) => !name.startsWith('*.'));
  const host = named ?? run.cdnHost ?? DEFAULT_CDN_HOST;
  if (isFileUuid(key)) {
    const uuid = parseFileUuid(key);
    return { kind: 'file', uuid, url: cdnUrl(host, uuid) };
  }
  if (isGroupId(key)) return { kind: 'group', id: key, url: cdnUrl(host, key) };
  if (!/^https?:\/\//i.test(key)) return { kind: 'path', path: key };
  const uuid = originalOf(key, [...oldHosts, ...KNOWN_CDN_HOSTS]);
  if (uuid === null) return { kind: 'url', url: key };
  return { kind: 'file', uuid, url: cdnUrl(new URL(key).host, uuid) };
}
