import { formatDuration } from '../core/duration.ts';
import type { FileFacts } from '../core/file-facts.ts';
import { caseless, composed } from '../core/same-text.ts';
import { allOf, anyOf, no, not, unknown, type Verdict, YES } from '../core/verdict.ts';
import { compileGlob } from './glob.ts';
import type {
  Conditions,
  MetadataCondition,
  TagsCondition,
  UploadedCondition,
  Where,
} from './where.ts';

/** Decides if a run selects a file. `facts` is null if the source reports nothing about the file. */
export type Filter = (facts: FileFacts | null) => Verdict;

/**
 * The earliest and the latest time that it may be now, in ms since 1970: ucbulk knows the time of the service
 * only within limits. Both stay the same for the whole run. A file is selected by its age only if it meets
 * the condition at both times.
 */
export interface Now {
  readonly earliest: number;
  readonly latest: number;
}

/** Converts `where` of a job to a function that decides about a file. */
export function compileFilter(where: Where, now: Now): Filter {
  const checks = compileConditions(where, now);
  if (where.any !== undefined) checks.push(anyCheck(where.any, now));
  if (where.unless !== undefined) checks.push(unlessCheck(where.unless, now));
  if (checks.length === 0) return () => YES;
  const check = everyCheck(checks);
  return (facts) => (facts === null ? no('nothing is known about it to filter by') : check(facts));
}

function anyCheck(sets: readonly Conditions[], now: Now): Check {
  const checks = sets.map((set) => everyCheck(compileConditions(set, now)));
  return (facts) => anyOf(evaluateEach(checks, facts), 'meets no conditions of `any`');
}

/**
 * Returns a check that rejects the files that meet `unless`. It must also reject files that may meet
 * `unless`, because their age is not certain. So it swaps the earliest and the latest time.
 */
function unlessCheck(conditions: Conditions, { earliest, latest }: Now): Check {
  const swapped = { earliest: latest, latest: earliest };
  const check = everyCheck(compileConditions(conditions, swapped));
  return (facts) => not(check(facts), 'meets the conditions of `unless`');
}

function everyCheck(checks: readonly Check[]): Check {
  return (facts) => allOf(evaluateEach(checks, facts));
}

/** Evaluates the checks one after the other. The caller stops as soon as one result decides for all. */
function* evaluateEach(checks: readonly Check[], facts: FileFacts): Generator<Verdict> {
  for (const check of checks) yield check(facts);
}

function compileConditions(conditions: Conditions, now: Now): Check[] {
  const { stored, removed, isImage, mime, name, size, uploaded, modified, metadata, tags } =
    conditions;
  const checks: Check[] = [];
  if (stored !== undefined) checks.push(storedCheck(stored));
  if (removed !== undefined) checks.push(removedCheck(removed));
  if (isImage !== undefined) checks.push(isImageCheck(isImage));
  if (uploaded !== undefined) checks.push(uploadedCheck(uploaded, now));
  // The facts of an object of a bucket have the time of its last change as the time of the upload.
  if (modified !== undefined) checks.push(uploadedCheck(modified, now));
  if (size !== undefined) checks.push(sizeCheck(size));
  if (mime !== undefined) checks.push(mimeCheck(mime));
  if (name !== undefined) checks.push(nameCheck(name));
  if (tags !== undefined) checks.push(tagsCheck(tags));
  for (const [key, wanted] of Object.entries(metadata ?? {}))
    checks.push(metadataCheck(key, wanted));
  return checks;
}

/**
 * Decides if a file meets a condition. The result is `unknown` if ucbulk does not know the fact that the
 * condition needs.
 */
export type Check = (facts: FileFacts) => Verdict;

export function storedCheck(wanted: boolean): Check {
  return ({ storedAt }) => match(wanted, storedAt !== null, 'stored');
}

/** Checks if the file was deleted. The service still lists a deleted file for some time. */
export function removedCheck(wanted: boolean): Check {
  return ({ removedAt }) => match(wanted, removedAt !== null, 'removed');
}

/** Checks if the file is an image. The service does not know this while it processes the file. */
export function isImageCheck(wanted: boolean): Check {
  return ({ isImage }) =>
    isImage === null ? unknown('isImage') : match(wanted, isImage, 'an image');
}

/** Checks that the MIME type matches one of the globs. */
export function mimeCheck(globs: readonly string[]): Check {
  const matches = compileGlobs(globs);
  const reason = `MIME type is not ${globs.join(' or ')}`;
  return ({ mimeType }) => {
    if (mimeType === null) return unknown('mimeType');
    return matches(mimeType) ? YES : no(reason);
  };
}

/** Checks that the original file name matches one of the globs. */
export function nameCheck(globs: readonly string[]): Check {
  const matches = compileGlobs(globs);
  const reason = `name is not ${globs.join(' or ')}`;
  return ({ filename }) => {
    if (filename === null) return unknown('filename');
    return matches(filename) ? YES : no(reason);
  };
}

/** Checks that the size is not below `min` and not above `max`. */
export function sizeCheck({ min = 0, max = Infinity }: NonNullable<Conditions['size']>): Check {
  return ({ size }) => {
    if (size < min) return no(`smaller than ${min} bytes`);
    return size <= max ? YES : no(`larger than ${max} bytes`);
  };
}

/**
 * Checks the time of the upload. The current time is between `earliest` and `latest`. A condition on the age
 * uses the one of the two at which fewer files match.
 */
export function uploadedCheck(
  wanted: UploadedCondition,
  { earliest, latest }: { readonly earliest: number; readonly latest: number },
): Check {
  const { olderThan, newerThan, before, after } = wanted;
  return ({ uploadedAt }) => {
    if (olderThan !== undefined && !(earliest - uploadedAt > olderThan))
      return no(`not older than ${formatDuration(olderThan)}`);
    if (newerThan !== undefined && !(latest - uploadedAt <= newerThan))
      return no(`older than ${formatDuration(newerThan)}`);
    if (before !== undefined && !(uploadedAt < before)) return no('uploaded too late');
    if (after !== undefined && !(uploadedAt >= after)) return no('uploaded too early');
    return YES;
  };
}

/** Checks one metadata key. If the file does not have the key, its value matches no glob. */
export function metadataCheck(key: string, wanted: MetadataCondition): Check {
  const check = knownMetadataCheck(key, wanted);
  return ({ metadata }) => (metadata === null ? unknown('metadata') : check(metadata));
}

function knownMetadataCheck(
  key: string,
  wanted: MetadataCondition,
): (metadata: Readonly<Record<string, string>>) => Verdict {
  if ('exists' in wanted) {
    return (metadata) => match(wanted.exists, Object.hasOwn(metadata, key), `with metadata ${key}`);
  }
  const matches = compileGlobs(wanted.globs);
  const reason = `metadata ${key} is not ${wanted.globs.join(' or ')}`;
  return (metadata) => {
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    return value !== undefined && matches(value) ? YES : no(reason);
  };
}

/**
 * Checks that the value of a metadata key is one of these values. Upper and lower case differ. An accented
 * letter such as `é` is the same letter in both of its Unicode forms (one character or two).
 */
export function exactMetadataCheck(key: string, values: readonly string[]): Check {
  const wanted = new Set(values.map(composed));
  return ({ metadata }) => {
    if (metadata === null) return unknown('metadata');
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    if (value !== undefined && wanted.has(composed(value))) return YES;
    return no(`metadata ${key} is not ${values.join(' or ')}`);
  };
}

/**
 * Checks tags. Ignores case, because the service stores tags in lower case. An accented letter is the same
 * letter in both of its Unicode forms (one character or two).
 */
export function tagsCheck(wanted: TagsCondition): Check {
  const { any, all = [], none = [] } = mapLists(wanted, caseless);
  return ({ tags }) => {
    if (tags === null) return unknown('tags');
    const own = new Set(tags.map(caseless));
    const missing = all.find((tag) => !own.has(tag));
    if (missing !== undefined) return no(`without tag ${missing}`);
    const unwanted = none.find((tag) => own.has(tag));
    if (unwanted !== undefined) return no(`with tag ${unwanted}`);
    if (any === undefined || any.some((tag) => own.has(tag))) return YES;
    return no(`with none of the tags ${any.join(', ')}`);
  };
}

function mapLists({ any, all, none }: TagsCondition, map: (tag: string) => string) {
  return { any: any?.map(map), all: all?.map(map), none: none?.map(map) };
}

function match(wanted: boolean, actual: boolean, what: string): Verdict {
  if (wanted === actual) return YES;
  return no(wanted ? `not ${what}` : what);
}

function compileGlobs(globs: readonly string[]): (text: string) => boolean {
  const compiled = globs.map(compileGlob);
  return (text) => compiled.some((matches) => matches(text));
}
