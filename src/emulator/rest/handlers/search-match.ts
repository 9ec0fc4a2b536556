import type { EmulatedFile } from '../../core/emulated-file.ts';
import type { SearchField, SearchQuery, SearchRange } from './search-query.ts';

/** The result of a search for one file that meets every condition. */
export interface SearchHit {
  /**
   * A higher score means a better match. The formula is an assumption: no recording of the real service shows
   * its scores.
   */
  readonly score: number;
  /**
   * For each field, the text with the matching words in `<em>` (vendor's documentation, page
   * `docs/file-search`).
   */
  readonly highlight: Readonly<Record<string, unknown>>;
}

/** Compares a file with a search. Returns undefined if the file does not meet every condition. */
export function matchFile(file: EmulatedFile, query: SearchQuery): SearchHit | undefined {
  const isInRanges = isInRange(file.uploadedAt, query.uploaded) && isInRange(file.size, query.size);
  if (!isInRanges || !isWanted(file, query.isImage)) return undefined;
  if (!hasTags(file, query.tags) || !isExact(file, query.exact)) return undefined;
  const highlight: Record<string, unknown> = {};
  let score = 1;
  for (const { fields, text } of phrasesOf(query)) {
    const found = fields.filter((field) => mark(file, field, { text, query, highlight }));
    const isUuid = fields === ANYWHERE && file.uuid === text;
    if (found.length === 0 && !isUuid) return undefined;
    score += found.length + (isUuid ? 10 : 0);
  }
  return { score, highlight };
}

function phrasesOf({ phrase, query }: SearchQuery) {
  const phrases = [...phrase].map(([field, text]) => ({ fields: [field], text }));
  return query === null ? phrases : [...phrases, { fields: ANYWHERE, text: query }];
}

function isWanted({ isImage }: EmulatedFile, wanted: boolean | null): boolean {
  return wanted === null || (isImage === true) === wanted;
}

const ANYWHERE: readonly SearchField[] = ['original_filename', 'detected_mime_type', 'metadata'];

// The MIME type that the service detected. If there is none, the type that the client declared.
function detectedMimeType({ contentInfo, mimeType }: EmulatedFile): string {
  const content: { mime?: { mime?: string } } | null = JSON.parse(contentInfo);
  return content?.mime?.mime ?? mimeType;
}

function isInRange(value: number, range: SearchRange | null): boolean {
  if (range === null) return true;
  return value > range.gt && value >= range.gte && value < range.lt && value <= range.lte;
}

function hasTags(file: EmulatedFile, { any, all, none }: SearchQuery['tags']): boolean {
  if (any === null && all === null && none === null) return true;
  const tags: string[] = JSON.parse(file.tags ?? '[]');
  if (any !== null && !any.some((tag) => tags.includes(tag))) return false;
  if (all !== null && !all.every((tag) => tags.includes(tag))) return false;
  return none === null || !none.some((tag) => tags.includes(tag));
}

function isExact(file: EmulatedFile, exact: SearchQuery['exact']): boolean {
  for (const [name, values] of exact) {
    const value = exactValue(file, name);
    if (value === undefined || !values.includes(value)) return false;
  }
  return true;
}

function exactValue(file: EmulatedFile, name: string): string | undefined {
  switch (name) {
    case 'uuid':
      return file.uuid;
    case 'original_filename':
      return file.name;
    case 'detected_mime_type':
      return detectedMimeType(file);
    default: {
      const metadata: Readonly<Record<string, string>> = JSON.parse(file.metadata);
      return metadata[name.slice('metadata['.length, -1)];
    }
  }
}

// Searches for a text in a field of the file. If the text is found, adds the field to `at.highlight`, with
// the text marked.
function mark(
  file: EmulatedFile,
  field: SearchField,
  at: { text: string; query: SearchQuery; highlight: Record<string, unknown> },
): boolean {
  const find = (value: string) => emphasise(value, at.text, at.query.isFuzzy);
  if (field === 'metadata') {
    const metadata: Readonly<Record<string, string>> = JSON.parse(file.metadata);
    const found = Object.entries(metadata)
      .map(([key, value]) => [key, find(value)] as const)
      .filter(([, marked]) => marked !== undefined);
    if (found.length > 0) at.highlight['metadata'] = Object.fromEntries(found);
    return found.length > 0;
  }
  const marked = find(field === 'original_filename' ? file.name : detectedMimeType(file));
  if (marked !== undefined) at.highlight[field] = [marked];
  return marked !== undefined;
}

function emphasise(value: string, text: string, isFuzzy: boolean): string | undefined {
  const start = value.toLowerCase().indexOf(text);
  if (start >= 0) {
    const end = start + text.length;
    return `${value.slice(0, start)}<em>${value.slice(start, end)}</em>${value.slice(end)}`;
  }
  if (!isFuzzy) return undefined;
  const word = value.split(/[^\p{L}\p{N}]+/u).find((one) => isNear(one.toLowerCase(), text));
  return word === undefined ? undefined : value.replace(word, `<em>${word}</em>`);
}

// True if the words differ by at most one wrong, missing or extra letter. The limit of one letter is an
// assumption: no recording of the real service shows the limit of the service.
function isNear(word: string, text: string): boolean {
  if (Math.abs(word.length - text.length) > 1) return false;
  let start = 0;
  while (start < word.length && word[start] === text[start]) start += 1;
  let end = 0;
  const most = Math.min(word.length, text.length) - start;
  while (end < most && word.at(-1 - end) === text.at(-1 - end)) end += 1;
  return Math.max(word.length, text.length) - start - end <= 1;
}
