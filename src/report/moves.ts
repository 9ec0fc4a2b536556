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

/** An item that was converted into something new. It is a line of the map from old to new references. */
export interface Move extends NewThings {
  readonly item: string;
  readonly from: OldThing;
  readonly state: ItemState;
  /**
   * False if a step is open or failed, or if the new file no longer exists. Links must not yet point to the
   * new file.
   */
  readonly isSettled: boolean;
  readonly fileUrl: string | null;
  readonly objectUrl: string | null;
  readonly groupUrl: string | null;
}

/** Hosts and addresses of the references in a map. */
export interface MoveSettings {
  /** Additional hosts of old URLs. The first one without `*` is used to write old URLs. */
  readonly oldHosts: readonly string[];
  /** Host of new URLs; null for the host that the run's ledger names. */
  readonly newHost: string | null;
  /** Public address of the bucket. By default, the bucket's own address. */
  readonly bucketUrl?: string | undefined;
}

/** The target of new URLs: the new file on the CDN, or the copy in the bucket. */
export type MoveTarget = 'file' | 'object';

/** Counts of a map. They are complete after the whole map was read. */
export interface MoveCounts {
  written: number;
  /**
   * Items that have something new but also an open or failed step. Links must not yet point to the new thing.
   */
  unsettled: number;
  /** Items whose new thing was deleted by the run. They are not in the map. */
  deleted: number;
  /** Old URLs without a redirect: the server can't match the URL, or another old URL has the same path. */
  unmatched: number;
}

/** The initial counts. */
export function noMoveCounts(): MoveCounts {
  return { written: 0, unsettled: 0, deleted: 0, unmatched: 0 };
}

/**
 * Lists all items of a run that have something new that still exists. Counts them while the caller reads
 * them.
 */
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
 * Selects the target of new references: the file if there is one, otherwise the copy in the bucket. If the
 * user wants a certain target that does not exist, null.
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
