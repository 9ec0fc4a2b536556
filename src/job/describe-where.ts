import { formatDuration } from '../core/duration.ts';
import type { Draw } from '../filters/item-draw.ts';
import type { Conditions, MetadataCondition, TagsCondition, Where } from '../filters/where.ts';

const UNITS = [
  ['GiB', 1024 ** 3],
  ['GB', 1e9],
  ['MiB', 1024 ** 2],
  ['MB', 1e6],
  ['KiB', 1024],
  ['kB', 1e3],
] as const;

const HOUR_MS = 3_600_000;

/**
 * Describes a filter as the end of a sentence that starts with "takes only those". Returns an empty text if
 * the filter matches everything.
 */
export function describeWhere({ any, unless, sample, shard, ...conditions }: Where & Draw): string {
  const parts = describeConditions(conditions);
  if (any !== undefined) {
    parts.push(`(${any.map((set) => describeConditions(set).join(' and ')).join(') or (')})`);
  }
  const kept = parts.join(' and ');
  const chosen =
    unless === undefined
      ? kept
      : `${kept}${kept === '' ? '' : ', '}but not those ${describeConditions(unless).join(' and ')}`;
  return [...(chosen === '' ? [] : [chosen]), ...describeDraw({ sample, shard })].join(', ');
}

function describeDraw({ sample, shard }: Draw): string[] {
  return [
    ...when(sample, (part) => [`in a sample of ${Number((part * 100).toFixed(4))}%`]),
    ...when(shard, ({ index, count }) => [`in share ${index} of ${count}`]),
  ];
}

function describeConditions(conditions: Conditions): string[] {
  const { stored, removed, isImage, uploaded, modified, size, mime, name, tags, metadata } =
    conditions;
  return [
    ...when(stored, (is) => [is ? 'that are stored' : 'that are not stored']),
    ...when(removed, (is) => [is ? 'that are removed' : 'that are not removed']),
    ...when(isImage, (is) => [is ? 'that are images' : 'that are not images']),
    ...when(uploaded, (wanted) => describeTime('uploaded', wanted)),
    ...when(modified, (wanted) => describeTime('changed', wanted)),
    ...when(size, describeSize),
    ...when(mime, (globs) => [`with MIME type ${globs.join(' or ')}`]),
    ...when(name, (globs) => [`named ${globs.join(' or ')}`]),
    ...when(tags, describeTags),
    ...Object.entries(metadata ?? {}).map(([key, wanted]) => describeMetadata(key, wanted)),
  ];
}

function when<Value>(
  value: Value | undefined,
  describe: (value: Value) => (string | null)[],
): string[] {
  return value === undefined ? [] : describe(value).filter((part) => part !== null);
}

function describeTime(
  done: 'uploaded' | 'changed',
  wanted: NonNullable<Conditions['uploaded']>,
): (string | null)[] {
  const { olderThan, newerThan, before, after } = wanted;
  return [
    olderThan === undefined ? null : `${done} more than ${formatAge(olderThan)} ago`,
    newerThan === undefined ? null : `${done} in the last ${formatAge(newerThan)}`,
    before === undefined ? null : `${done} before ${new Date(before).toISOString()}`,
    after === undefined ? null : `${done} at or after ${new Date(after).toISOString()}`,
  ];
}

/** Formats an age. Uses whole hours up to three days, as most jobs do: `48h` instead of `2d`. */
function formatAge(ms: number): string {
  const hours = ms / HOUR_MS;
  return Number.isInteger(hours) && hours > 0 && hours <= 72 ? `${hours}h` : formatDuration(ms);
}

function describeSize({ min, max }: NonNullable<Conditions['size']>): (string | null)[] {
  return [
    min === undefined ? null : `of at least ${formatBytes(min)}`,
    max === undefined ? null : `of at most ${formatBytes(max)}`,
  ];
}

function describeTags({ any, all, none }: TagsCondition): (string | null)[] {
  return [
    any === undefined ? null : `with a tag of ${any.join(', ')}`,
    all === undefined ? null : `with the tags ${all.join(', ')}`,
    none === undefined ? null : `without the tags ${none.join(', ')}`,
  ];
}

function describeMetadata(key: string, wanted: MetadataCondition): string {
  if ('globs' in wanted) return `with metadata ${key} ${wanted.globs.join(' or ')}`;
  return wanted.exists ? `with metadata ${key}` : `without metadata ${key}`;
}

/** Formats a size without rounding, in the largest unit that divides it. */
function formatBytes(bytes: number): string {
  const unit = UNITS.find(([, size]) => bytes > 0 && bytes % size === 0);
  return unit === undefined
    ? `${bytes.toLocaleString('en-US')} bytes`
    : `${bytes / unit[1]} ${unit[0]}`;
}
