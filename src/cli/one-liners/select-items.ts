import { isFileUuid } from '../../core/file-uuid.ts';
import { present } from '../../core/present.ts';
import { UserError } from '../../core/user-error.ts';
import { findUrlFault } from '../../sources/url-list-source.ts';
import type { SelectionFlags } from './selection-options.ts';

/** The parts of a job that name its items, as in a job file. */
export interface ItemSelection {
  readonly source: object;
  readonly where?: object;
  /** The condition of each step. */
  readonly if?: string;
  /** The items, one a line, if the command line names them and the job reads them as standard input. */
  readonly input?: string;
}

/** The kind of items that a command takes, and the words of the command line that name them. */
export interface ItemWords {
  readonly takes: 'files' | 'groups' | 'paths' | 'urls';
  readonly words: readonly string[];
  /** The options of `source.folder`, if the command takes paths. */
  readonly folder?: object | undefined;
}

const NOTHING_DONE = 'Nothing was done.';
/** Flags that select by the facts of a listing. Rows of a list have no such facts. */
const FACT_FLAGS = [
  'stored',
  'unstored',
  'olderThan',
  'newerThan',
  'mime',
  'name',
  'tag',
  'minSize',
  'maxSize',
] as const;

/** Chooses the items of a job. Throws a `UserError` if the flags name none, or contradict each other. */
export function selectItems(
  { takes, words, folder }: ItemWords,
  flags: SelectionFlags,
): ItemSelection {
  const list = listPath(flags);
  if (words.length > 0 && list !== null) {
    throw refused('Name the items as arguments, or by --from or --from-stdin, but not both.');
  }
  switch (takes) {
    case 'files':
      return { ...fileSource(words, list, flags), ...present({ if: flags.where }) };
    case 'groups':
      return groupSource(words, flags);
    case 'paths':
      return { source: { folder } };
    case 'urls':
      return urlSource(words, list);
  }
}

/** Path of the list that `--from` or `--from-stdin` names; null if there is none. */
function listPath({ from, fromStdin = false }: SelectionFlags): string | null {
  if (from !== undefined && fromStdin) throw refused('Use --from or --from-stdin, but not both.');
  if (from === '') throw refused('--from is empty: name a file, or - for standard input.');
  return fromStdin ? '-' : (from ?? null);
}

function fileSource(
  words: readonly string[],
  list: string | null,
  flags: SelectionFlags,
): Pick<ItemSelection, 'source' | 'where'> {
  const wrong = words.find((word) => !isFileUuid(word));
  if (wrong !== undefined) throw notUuid(wrong);
  const fact = FACT_FLAGS.find((name) => flags[name] !== undefined);
  if (words.length > 0 || list !== null) {
    const wide = flags.all === true ? 'all' : fact;
    if (wide !== undefined) {
      const flag = `--${wide.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      throw refused(
        `${flag} selects among all files of the project. Leave it out, or name no items. To check each named file, use --where.`,
      );
    }
    return { source: list === null ? { inline: words } : { list: { path: list } }, ...draw(flags) };
  }
  if (fact === undefined && flags.where === undefined && flags.all !== true) {
    throw refused(
      'This would take every file of the project. Name files (UUIDs, --from FILE, --from-stdin), select them (such as --unstored, --older-than 48h, --name "*.tmp"), or add --all.',
    );
  }
  return { source: { files: storedFilter(flags) }, ...conditions(flags) };
}

function storedFilter({ stored, unstored }: SelectionFlags): object {
  if (stored !== undefined && unstored !== undefined && stored === unstored) {
    throw refused('--stored and --unstored exclude each other.');
  }
  return present({ stored: stored ?? (unstored === undefined ? undefined : !unstored) });
}

function conditions(flags: SelectionFlags): Pick<ItemSelection, 'where'> {
  const uploaded = present({ olderThan: flags.olderThan, newerThan: flags.newerThan });
  const size = present({ min: flags.minSize, max: flags.maxSize });
  const where = {
    ...present({ mime: flags.mime, name: flags.name }),
    ...(flags.tag !== undefined && { tags: { any: flags.tag } }),
    ...(Object.keys(uploaded).length > 0 && { uploaded }),
    ...(Object.keys(size).length > 0 && { size }),
    ...draw(flags).where,
  };
  return Object.keys(where).length === 0 ? {} : { where };
}

function draw({ sample, shard }: SelectionFlags): Pick<ItemSelection, 'where'> {
  const where = present({ sample, shard });
  return Object.keys(where).length === 0 ? {} : { where };
}

function groupSource(words: readonly string[], { all = false }: SelectionFlags): ItemSelection {
  if (words.length === 0 && !all) {
    throw refused(
      'This would take every group of the project. Name the ids of groups, or add --all.',
    );
  }
  if (words.length > 0 && all) throw refused('Name groups or use --all, but not both.');
  return { source: { groups: { take: 'groups', ...(words.length > 0 && { ids: words }) } } };
}

function urlSource(words: readonly string[], list: string | null): ItemSelection {
  if (words.length > 0) {
    checkUrls(words);
    return { source: { urls: { path: '-' } }, input: `${words.join('\n')}\n` };
  }
  if (list === null) throw refused('Name URLs, or a list of them by --from FILE or --from-stdin.');
  return { source: { urls: { path: list } } };
}

/** Throws a `UserError` with the number of the first word that is no URL. */
function checkUrls(words: readonly string[]): void {
  for (const [index, word] of words.entries()) {
    const fault = findUrlFault(word);
    if (fault === null) continue;
    const next = isListName(word)
      ? 'To read a list of URLs, use --from FILE.'
      : 'Correct it, or leave it out.';
    throw refused(`Argument ${index + 1}: ${fault}. ${next}`);
  }
}

/** The error for a word that should be the UUID of a file. */
export function notUuid(word: string): UserError {
  const next = isListName(word)
    ? 'To read a list of UUIDs, use --from FILE.'
    : '`ucbulk file list` shows the files with their UUIDs.';
  return refused(`\`${word.slice(0, 100)}\` is not the UUID of a file. ${next}`);
}

/** True for the name of a file that is probably a list of items. */
function isListName(word: string): boolean {
  return /^[^:]+\.(?:txt|csv|tsv|ndjson|jsonl|json)$/i.test(word);
}

/** The error for a command line that makes no job. */
export function refused(message: string): UserError {
  return new UserError('usage', `${message} ${NOTHING_DONE}`);
}
