import { isFileUuid } from '../core/file-uuid.ts';
import { pictureSizeUrl } from '../report/picture-sizes.ts';
import { type HostReference, hostReferenceFinder, LOOK_BACK } from './host-reference.ts';
import type { Replacements } from './replacements.ts';
import { findSourceUrl, MAX_WRITTEN_URL } from './source-url.ts';
import { COLON, SLASH, writeLike } from './url-writing.ts';

/** A part of a text and the text that replaces it. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly next: string;
}

/**
 * Which references to find in a document, and how to replace them. A reference is a URL or a UUID of an old
 * file.
 */
export interface ReferenceSettings {
  readonly oldHosts: readonly string[];
  /** CDN host of new URLs. Null if each URL keeps its host. */
  readonly newHost: string | null;
  /** True if the operation of a smaller version of a picture becomes its old name again. */
  readonly restoresSizes?: boolean;
  /** True if a UUID that is not part of a CDN URL is replaced too. */
  readonly bareUuids: boolean;
  readonly replacements: Pick<
    Replacements,
    'findFile' | 'findUrl' | 'findSized' | 'isSized' | 'hasUrls'
  >;
}

/**
 * The result of reading one position of a document:
 * - An `Edit`: a reference, and its replacement
 * - `kept`: a reference that must not change
 * - `bare`: the UUID of a moved file that is not part of a CDN URL
 * - `sized`: the URL of a resized version of a moved picture
 * - null: no reference
 */
export type Finding = Edit | 'kept' | 'bare' | 'sized' | null;

/**
 * The number of characters before and after a position that must be known to decide if a reference is there.
 */
export const CONTEXT = { before: LOOK_BACK, after: MAX_WRITTEN_URL + 512 } as const;

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const UUID_LENGTH = 36;
// Matches text after a UUID if the UUID does not end there: it is then a part of a longer word, or of the id
// of a group.
const CONTINUES = /(?:[\w~-]|%(?:25){0,3}7e)/iy;
const ENDS_BARE = new RegExp(`(?:^|[^\\w~-]|${SLASH}|\\\\[nrt])$`, 'i');
// Matches the text before the UUID of a picture that is laid over another one. This UUID is inside the URL of
// the other picture.
const IS_OVERLAY = new RegExp(`-${SLASH}overlay${SLASH}$`, 'i');
const NAME = /[\w.~+%-]{0,255}/y;
const NAME_IN_PERCENTS = /[\w.~+-]{0,255}/y;
// Matches the text after a file name if the URL does not end with this name: image operations may follow, or
// the end of the name is not clear.
const NAME_CONTINUES = new RegExp(
  `[\\w~+@(=$\\x80-\\xff-]|%(?:25|[89a-f][0-9a-f])|\\.\\w|${SLASH}`,
  'iy',
);
// Matches the operations of smaller versions, which `sizeOperation` and `SCALED_OPERATION` write.
const SIZE_OPERATION = new RegExp(
  `${SLASH}-${SLASH}(?:scale_crop${SLASH}(?<size>\\d+x\\d+)${SLASH}center|preview${SLASH}2560x2560)${SLASH}`,
  'iy',
);
const A_SLASH = new RegExp(SLASH, 'iy');

/** A pattern that matches the positions of possible references: a UUID, or the start of a URL. */
export function candidates({ replacements }: ReferenceSettings): RegExp {
  const scheme = replacements.hasUrls
    ? `|https?${COLON}(?<slash>${SLASH})${SLASH}|(?<![\\w:;/%\\\\])(?<lead>${SLASH})${SLASH}(?=\\w)`
    : '';
  return new RegExp(`${UUID}${scheme}`, 'gi');
}

/** Creates a function that decides which reference starts at a candidate's position. */
export function referenceReader(
  settings: ReferenceSettings,
): (text: string, candidate: RegExpExecArray) => Finding {
  const findHost = hostReferenceFinder(settings.oldHosts);
  return (text, candidate) => {
    const start = candidate.index;
    const { slash, lead } = candidate.groups ?? {};
    if (slash !== undefined) return urlEdit(text, { start, slash }, settings);
    if (lead !== undefined) return urlEdit(text, { start, slash: lead }, settings);
    if (matchAt(CONTINUES, text, start + UUID_LENGTH) !== null) return null;
    const before = text.slice(Math.max(0, start - LOOK_BACK), start);
    return uuidFinding(text, { start, before, host: findHost(before) }, settings);
  };
}

/**
 * Decides what to do with a UUID in a document. The text before the UUID shows if the UUID is part of a URL.
 */
function uuidFinding(
  text: string,
  { start, before, host }: { start: number; before: string; host: HostReference | null },
  settings: ReferenceSettings,
): Finding {
  const isInUrl = host !== null || IS_OVERLAY.test(before);
  if (!isInUrl && !ENDS_BARE.test(before)) return null;
  const value = settings.replacements.findFile(text.slice(start, start + UUID_LENGTH));
  if (value === null) return null;
  if (!isInUrl && !settings.bareUuids) return 'bare';
  return uuidEdit(text, { start, host, value }, settings);
}

function uuidEdit(
  text: string,
  { start, host, value }: { start: number; host: HostReference | null; value: string },
  settings: ReferenceSettings,
): Finding {
  if (host === null) return bareEdit(start, value);
  if (isFileUuid(value)) return fileEdit({ start, host, uuid: value }, settings);
  return objectEdit(text, { start, host, url: value }, settings);
}

function urlEdit(
  text: string,
  place: { readonly start: number; readonly slash: string },
  { replacements }: ReferenceSettings,
): Finding {
  const found = findSourceUrl(text, place, replacements);
  if (found === null || found === 'sized') return found;
  const hasScheme = /^https?/i.test(text.slice(place.start, place.start + 5));
  const next = hasScheme ? found.value : found.value.replace(/^https?:/, '');
  return { start: place.start, end: found.end, next: writeLike(place.slash, next) };
}

function bareEdit(start: number, value: string): Finding {
  return isFileUuid(value) ? { start, end: start + UUID_LENGTH, next: value } : 'kept';
}

/**
 * Replaces only the UUID and, if the user wants it, the host. The image operations and the rest of the URL do
 * not change.
 */
function fileEdit(
  { start, host, uuid }: { start: number; host: HostReference; uuid: string },
  { newHost }: ReferenceSettings,
): Edit {
  const end = start + UUID_LENGTH;
  if (newHost === null) return { start, end, next: uuid };
  const name = writeLike(host.slash, newHost);
  return { start: start - host.length, end, next: `${host.lead}${name}${host.slash}${uuid}` };
}

/**
 * Replaces the CDN URL of a file by another URL: that of its copy in a bucket, or its old URL. If the CDN URL
 * contains image operations, it stays, because the other URL can't have them. There is one exception: the
 * operation of a smaller version whose old name is known.
 */
function objectEdit(
  text: string,
  { start, host, url }: { start: number; host: HostReference; url: string },
  { restoresSizes = false }: ReferenceSettings,
): Finding {
  const from = start + UUID_LENGTH;
  const original = originalEnd(text, from);
  const sized = original === null && restoresSizes ? sizedEnd(text, from) : null;
  const end = original ?? sized?.end;
  const old = sized === null ? url : pictureSizeUrl(url, sized.size);
  if (end === undefined || old === null) return 'kept';
  const whole = writeLike(host.slash, old);
  const scheme = /^https?(?::|%(?:25)*3A)/i.exec(whole)?.[0] ?? '';
  const next = host.hasScheme ? whole : whole.slice(scheme.length);
  const bare = host.lead === '' ? next.replace(new RegExp(`^${SLASH}${SLASH}`, 'i'), '') : next;
  return { start: start - host.length, end, next: bare };
}

/**
 * The end of the URL of an original file, such as `<uuid>/name.jpg`. Null if anything except a file name
 * follows the UUID.
 */
function originalEnd(text: string, from: number): number | null {
  const slash = matchAt(A_SLASH, text, from);
  if (slash === null) return from;
  const named = from + slash.length;
  const characters = slash.startsWith('%') ? NAME_IN_PERCENTS : NAME;
  const name = (matchAt(characters, text, named) ?? '').replace(/\.+$/, '');
  const end = named + name.length;
  return matchAt(NAME_CONTINUES, text, end) === null ? end : null;
}

/** The size of a smaller version that WordPress named, and the end of its URL. Null for other operations. */
function sizedEnd(
  text: string,
  from: number,
): { readonly end: number; readonly size: string } | null {
  SIZE_OPERATION.lastIndex = from;
  const match = SIZE_OPERATION.exec(text);
  if (match === null) return null;
  const end = from + match[0].length;
  if (matchAt(NAME_CONTINUES, text, end) !== null) return null;
  return { end, size: match.groups?.['size'] ?? 'scaled' };
}

function matchAt(sticky: RegExp, text: string, at: number): string | null {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0] ?? null;
}
