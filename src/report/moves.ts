import type { BucketServer } from '../core/bucket-origin.ts';
import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import { isGroupId } from '../core/group-id.ts';
import type { ItemState } from '../core/item-state.ts';
import { itemUrl } from '../core/item-url.ts';
import type { RunItem } from '../ledger/run-items.ts';
import { objectUrl, publicObjectUrl } from './bucket-address.ts';
import { cdnUrl, DEFAULT_CDN_HOST, findOriginal, KNOWN_CDN_HOSTS } from './cdn-hosts.ts';
import { GONE_REASONS, readDeletedThings } from './deleted-things.ts';
import { isNothing, type NewThings, newThings } from './new-things.ts';
import { type ReportedBucket, type ReportedRun, runItems } from './run-items.ts';

/** An item as it was before the run: a file, a group, a URL or a local path. */
export type OldThing =
  | { readonly kind: 'file'; readonly uuid: FileUuid; readonly url: string }
  | { readonly kind: 'group'; readonly id: string; readonly url: string }
  | {
      readonly kind: 'url';
      readonly url: string;
      /** The same URL as `encodeURIComponent` writes it, if that is different. */
      readonly encodedUrl?: string;
    }
  | { readonly kind: 'path'; readonly path: string };

/** An item from which the run made something new. It is one entry of the map from old to new files. */
export interface Move extends NewThings {
  readonly item: string;
  readonly from: OldThing;
  readonly state: ItemState;
  /**
   * False if a step of the item is open or failed, or if the new file no longer exists. Links must then still
   * point to the old file.
   */
  readonly isSettled: boolean;
  readonly fileUrl: string | null;
  readonly objectUrl: string | null;
  readonly groupUrl: string | null;
}

/** The hosts and addresses of the URLs in a map. */
export interface MoveSettings {
  /**
   * Additional hosts that old URLs may have. The first of them without `*` is the host with which the map
   * writes old URLs.
   */
  readonly oldHosts: readonly string[];
  /** Host of new URLs. Null to use the host that is stored in the run's ledger. */
  readonly newHost: string | null;
  /** Public URL of the bucket. If it is missing, copies get the URL at the bucket's own server. */
  readonly bucketUrl?: string | undefined;
}

/** The target of new URLs: `file` is the new file on the CDN, `object` is its copy in the bucket. */
export type MoveTarget = 'file' | 'object';

/** Counts of the entries in a map. They grow while the map is read, so they are final only at its end. */
export interface MoveCounts {
  written: number;
  /**
   * Items for which the run made something new, but whose steps are not all complete. Links to them must not
   * change yet.
   */
  unsettled: number;
  /** Items whose new file the run deleted later. They are not in the map. */
  deleted: number;
  /**
   * Old URLs that get no redirect. Either the server can't match them, or another old URL has the same path.
   */
  unmatched: number;
}

/** The initial counts. */
export function noMoveCounts(): MoveCounts {
  return { written: 0, unsettled: 0, deleted: 0, unmatched: 0 };
}

/**
 * Lists the items of a run for which something new exists. Adds each item to `counts` when the caller reads
 * it.
 */
export function* moves(
  run: ReportedRun,
  settings: MoveSettings,
  counts: MoveCounts,
): Generator<Move> {
  const deleted = readDeletedThings(run);
  try {
    for (const item of runItems(run)) {
      const { things, hasDeleted, ...places } = newThings(run.steps, item, (id) => deleted.has(id));
      if (!isNothing(things)) {
        const found = move(item, things, { ...settings, run, ...places });
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
 * Chooses the target of new URLs: the new file if there is one, otherwise the copy in the bucket. If the user
 * wants one of the two and it does not exist, returns null.
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
  readonly bucketServer: BucketServer | null;
  readonly hosts: Readonly<Record<keyof NewThings, string | null>>;
}

function move({ record }: RunItem, things: NewThings, settings: MoveContext): Move {
  const { key, state, reason } = record;
  const { newHost, bucketUrl, bucketServer, hosts } = settings;
  const buildUrl = (id: string, host: string | null) =>
    cdnUrl(newHost ?? host ?? DEFAULT_CDN_HOST, id);
  const isHarmlessSkip = state === 'skipped' && !GONE_REASONS.includes(reason);
  return {
    item: key,
    from: findOldThing(record, settings),
    state,
    isSettled: state === 'done' || isHarmlessSkip,
    ...things,
    fileUrl: things.file === null ? null : buildUrl(things.file, hosts.file),
    objectUrl:
      things.object === null ? null : objectUrl(things.object, { bucketUrl, bucketServer }),
    groupUrl: things.group === null ? null : buildUrl(things.group, hosts.group),
  };
}

/** Finds the file, group, URL or path that an item was before the run. Only this function decides an old URL. */
function findOldThing(record: RunItem['record'], { oldHosts, run }: MoveContext): OldThing {
  if (run.bucket !== undefined) return findOldObject(record.key, run.bucket);
  const key = itemUrl(record);
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

function findOldObject(key: string, bucket: ReportedBucket): OldThing {
  const found = publicObjectUrl(key, bucket);
  return found === null ? { kind: 'path', path: key } : { kind: 'url', ...found };
}
