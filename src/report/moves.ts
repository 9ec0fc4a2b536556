import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import { isGroupId } from '../core/group-id.ts';
import type { ItemState } from '../core/item-state.ts';
import type { RunItem } from '../ledger/items-with-outcomes.ts';
import { objectUrl } from './bucket-address.ts';
import { cdnUrl, DEFAULT_CDN_HOST, findOriginal, KNOWN_CDN_HOSTS } from './cdn-hosts.ts';
import { GONE_REASONS, readDeletedThings } from './deleted-things.ts';
import { isNothing, type NewThings, newThings } from './new-things.ts';
import { type ReportedRun, runItems } from './run-items.ts';

/** The old file, group, URL or path of an item. */
export type OldThing =
  | { readonly kind: 'file'; readonly uuid: FileUuid; readonly url: string }
  | { readonly kind: 'group'; readonly id: string; readonly url: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'path'; readonly path: string };

/** An item that was converted into something new: a line of the table from old to new. */
export interface Move extends NewThings {
  readonly item: string;
  readonly from: OldThing;
  readonly state: ItemState;
  /**
   * False if a step is still open or failed, or the new file is gone: no link may point there yet.
   */
  readonly isSettled: boolean;
  readonly fileUrl: string | null;
  readonly objectUrl: string | null;
  readonly groupUrl: string | null;
}

/** Hosts and addresses of a table from old to new. */
export interface MoveSettings {
  /** Additional hosts of old URLs. The first one without `*` is used to write old URLs. */
  readonly oldHosts: readonly string[];
  /** Host of new URLs; null uses the host from the run's ledger. */
  readonly newHost: string | null;
  /** Public address of the bucket; default: the bucket's own address. */
  readonly bucketUrl?: string | undefined;
}

/** The target of new URLs: the new file on the CDN, or the copy in the bucket. */
export type MoveTarget = 'file' | 'object';

/** Counts of a table from old to new; complete after the table was read to its end. */
export interface MoveCounts {
  written: number;
  /** Items with something new but an open or failed step: no link may point there yet. */
  unsettled: number;
  /** Items whose new thing the run deleted again; they are omitted. */
  deleted: number;
  /**
   * Old URLs that redirects omit: the server can't match them, or another one has the same path.
   */
  unmatched: number;
}

/** The initial counts. */
export function noMoveCounts(): MoveCounts {
  return { written: 0, unsettled: 0, deleted: 0, unmatched: 0 };
}

/** All items of a run with something new that still exists; counts them during iteration. */
export function* moves(
  run: ReportedRun,
  settings: MoveSettings,
  counts: MoveCounts,
): Generator<Move> {
  const deleted = readDeletedThings(run);
  try {
    for (const item of runItems(run)) {
      const { things, hosts, hasDeleted } = newThings(run.steps, item, (id) => deleted.has(id));
      if (!isNothing(things)) {
        const found = move(item, things, { ...settings, run, hosts });
        if (found.isSettled) counts.written += 1;
        else counts.unsettled += 1;
        yield found;
      } else if (hasDeleted) counts.deleted += 1;
    }
  } finally {
    deleted.close();
  }
}

/**
 * Selects the target of new references: by default the file, otherwise the copy. null if the wanted
 * target does not exist.
 */
export function selectTarget(
  { file, fileUrl, objectUrl: copy }: Move,
  wanted: MoveTarget | undefined,
): { readonly kind: MoveTarget; readonly uuid: FileUuid | null; readonly url: string } | null {
  if (file !== null && fileUrl !== null && wanted !== 'object') {
    return { kind: 'file', uuid: file, url: fileUrl };
  }
  if (copy !== null && wanted !== 'file') return { kind: 'object', uuid: null, url: copy };
  return null;
}

interface MoveContext extends MoveSettings {
  readonly run: ReportedRun;
  readonly hosts: Readonly<Record<keyof NewThings, string | null>>;
}

function move({ record }: RunItem, things: NewThings, settings: MoveContext): Move {
  const { key, state, reason } = record;
  const { newHost, bucketUrl, hosts } = settings;
  const buildUrl = (id: string, host: string | null) =>
    cdnUrl(newHost ?? host ?? DEFAULT_CDN_HOST, id);
  const isHarmlessSkip = state === 'skipped' && !GONE_REASONS.includes(reason);
  return {
    item: key,
    from: parseOldThing(key, settings),
    state,
    isSettled: state === 'done' || isHarmlessSkip,
    ...things,
    fileUrl: things.file === null ? null : buildUrl(things.file, hosts.file),
    objectUrl: things.object === null ? null : objectUrl(things.object, bucketUrl),
    groupUrl: things.group === null ? null : buildUrl(things.group, hosts.group),
  };
}

function parseOldThing(key: string, { oldHosts, run }: MoveContext): OldThing {
  const named = oldHosts.find((name) => !name.startsWith('*.'));
  const host = named ?? run.cdnHost ?? DEFAULT_CDN_HOST;
  if (isFileUuid(key)) {
    const uuid = parseFileUuid(key);
    return { kind: 'file', uuid, url: cdnUrl(host, uuid) };
  }
  if (isGroupId(key)) return { kind: 'group', id: key, url: cdnUrl(host, key) };
  if (!/^https?:\/\//i.test(key)) return { kind: 'path', path: key };
  const uuid = findOriginal(key, [...oldHosts, ...KNOWN_CDN_HOSTS]);
  if (uuid === null) return { kind: 'url', url: key };
  return { kind: 'file', uuid, url: cdnUrl(new URL(key).host, uuid) };
}
