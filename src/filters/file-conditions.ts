import { formatDuration } from '../core/duration.ts';
import type { FileFacts } from '../core/file-facts.ts';
import { compileGlob } from './glob.ts';
import type { Conditions, MetadataCondition, TagsCondition, UploadedCondition } from './where.ts';

/** Says why a file does not meet a condition; null where it does. */
export type Check = (facts: FileFacts) => string | null;

/** Every way below fails closed: a fact that is unknown or not a number meets no condition. */
export function storedCheck(wanted: boolean): Check {
  return ({ storedAt }) => mismatch(wanted, storedAt !== null, 'stored');
}

/** Whether the file is one that was deleted and is still listed. */
export function removedCheck(wanted: boolean): Check {
  return ({ removedAt }) => mismatch(wanted, removedAt !== null, 'removed');
}

/** What the service has not found out yet is neither an image nor not one. */
export function isImageCheck(wanted: boolean): Check {
  return ({ isImage }) =>
    isImage === null ? 'not known to be an image or not' : mismatch(wanted, isImage, 'an image');
}

/** The MIME type must match one of the globs. */
export function mimeCheck(globs: readonly string[]): Check {
  const matches = compileGlobs(globs);
  return ({ mimeType }) => (matches(mimeType) ? null : `MIME type is not ${globs.join(' or ')}`);
}

/** The original file name must match one of the globs. */
export function nameCheck(globs: readonly string[]): Check {
  const matches = compileGlobs(globs);
  return ({ filename }) => (matches(filename) ? null : `name is not ${globs.join(' or ')}`);
}

/** Both ends are included. */
export function sizeCheck({ min = 0, max = Infinity }: NonNullable<Conditions['size']>): Check {
  return ({ size }) => {
    if (size < min) return `smaller than ${min} bytes`;
    return size <= max ? null : `larger than ${max} bytes`;
  };
}

/** `now` is the service's time, so that a wrong local clock deletes nothing early. */
export function uploadedCheck(wanted: UploadedCondition, now: number): Check {
  const { olderThan, newerThan, before, after } = wanted;
  return ({ uploadedAt }) => {
    const age = now - uploadedAt;
    if (olderThan !== undefined && !(age > olderThan))
      return `not older than ${formatDuration(olderThan)}`;
    if (newerThan !== undefined && !(age <= newerThan))
      return `older than ${formatDuration(newerThan)}`;
    if (before !== undefined && !(uploadedAt < before)) return 'uploaded too late';
    if (after !== undefined && !(uploadedAt >= after)) return 'uploaded too early';
    return null;
  };
}

/** One key of the metadata; a key that is absent matches no glob. */
export function metadataCheck(key: string, wanted: MetadataCondition): Check {
  if ('exists' in wanted) {
    return ({ metadata }) =>
      mismatch(wanted.exists, Object.hasOwn(metadata, key), `with metadata ${key}`);
  }
  const matches = compileGlobs(wanted.globs);
  return ({ metadata }) => {
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    if (value !== undefined && matches(value)) return null;
    return `metadata ${key} is not ${wanted.globs.join(' or ')}`;
  };
}

/** The service keeps tags in lower case, and so does a job. */
export function tagsCheck({ any, all = [], none = [] }: TagsCondition): Check {
  return ({ tags }) => {
    const missing = all.find((tag) => !tags.includes(tag));
    if (missing !== undefined) return `without tag ${missing}`;
    const unwanted = none.find((tag) => tags.includes(tag));
    if (unwanted !== undefined) return `with tag ${unwanted}`;
    if (any === undefined || any.some((tag) => tags.includes(tag))) return null;
    return `with none of the tags ${any.join(', ')}`;
  };
}

function mismatch(wanted: boolean, actual: boolean, what: string): string | null {
  if (wanted === actual) return null;
  return wanted ? `not ${what}` : what;
}

function compileGlobs(globs: readonly string[]): (text: string) => boolean {
  const compiled = globs.map(compileGlob);
  return (text) => compiled.some((matches) => matches(text));
}
