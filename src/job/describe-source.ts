import { assertNever } from '../core/assert-never.ts';
import { present } from '../core/present.ts';
import type { SourceOptions } from './source-schemas.ts';

type Options<Kind extends SourceOptions['kind']> = Extract<
  SourceOptions,
  { readonly kind: Kind }
>[Kind & keyof Extract<SourceOptions, { readonly kind: Kind }>];

/** Where a job's items come from, in plain words. */
export function describeSource(source: SourceOptions): string {
  switch (source.kind) {
    case 'files':
      return describeFiles(source.files);
    case 'search':
      return describeSearch(source.search);
    case 'groups':
      return describeGroups(source.groups);
    case 'list':
      return `Takes the files named in ${listName(source.list)}`;
    case 'inline':
      return `Takes the ${countOf(source.inline.length, 'file')} that the job names`;
    case 'run':
      return `Takes the ${source.run.states.join(' and ')} items of run ${source.run.id}`;
    case 'urls':
      return `Takes the URLs in ${listName(source.urls)}`;
    case 'folder':
      return describeFolder(source.folder);
    default:
      return assertNever(source, 'source');
  }
}

const ORDER_WORDS = {
  datetime_uploaded: 'oldest first',
  '-datetime_uploaded': 'newest first',
  size: 'smallest first',
  '-size': 'largest first',
} as const;

function describeFiles({ stored, removed, ordering }: Options<'files'>): string {
  const storage = stored === undefined ? '' : stored ? 'stored ' : 'unstored ';
  const deleted =
    removed === undefined ? '' : removed ? ' that are removed' : ' that are not removed';
  return `Lists all ${storage}files${deleted}, ${ORDER_WORDS[ordering]}`;
}

function describeSearch(search: Options<'search'>): string {
  const { query, phrase, exact, uploaded, size, isImage, tags } = search;
  const conditions = [
    ...(query === undefined ? [] : [`with "${query}"`]),
    ...texts(phrase, 'with'),
    ...texts(exact, 'by exact'),
    ...(uploaded?.after === undefined ? [] : [`uploaded from ${isoOf(uploaded.after)} on`]),
    ...(uploaded?.before === undefined ? [] : [`uploaded before ${isoOf(uploaded.before)}`]),
    ...(size?.min === undefined ? [] : [`of at least ${bytes(size.min)}`]),
    ...(size?.max === undefined ? [] : [`of at most ${bytes(size.max)}`]),
    ...(isImage === undefined ? [] : [isImage ? 'that are images' : 'that are no images']),
    ...texts(tags, 'tagged'),
  ];
  return `Searches for files ${conditions.join(', ')}`;
}

function texts(block: object | undefined, word: string): string[] {
  return Object.entries(present(block ?? {})).map(
    ([key, value]) => `${word} ${key} ${JSON.stringify(value)}`,
  );
}

function describeGroups({ take, ids, ordering }: Options<'groups'>): string {
  const groups = ids === undefined ? 'all groups' : countOf(ids.length, 'group');
  const order = ordering === 'datetime_created' ? 'oldest first' : 'newest first';
  return `Takes ${take === 'files' ? `the files of ${groups}` : groups}, ${order}`;
}

function describeFolder({ path, match, exclude, followLinks }: Options<'folder'>): string {
  const which = match === undefined ? 'all files' : `the files that match ${match.join(' or ')}`;
  const without = exclude.length === 0 ? '' : `, without ${exclude.join(', ')}`;
  return `Takes ${which} below ${path}${without}${followLinks ? ', links followed' : ''}`;
}

function listName({ path, onBadRow }: Options<'list'> | Options<'urls'>): string {
  const name = path === '-' ? 'standard input' : path;
  return onBadRow === 'skip' ? `${name}, bad rows left out` : name;
}

function bytes(size: number): string {
  return countOf(size, 'byte');
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

function countOf(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}
