import type { ListPosition } from '../../files/added-files.ts';
import { FileWalk, type WalkOptions } from '../../files/file-walk.ts';
import type { FileRef, ProjectFiles } from '../../files/project-files.ts';
import { type KeysetPage, keysetPage } from './keyset-page.ts';
import type { ListQuery } from './list-query.ts';

/**
 * A position in the listing of files (docs/uploadcare-api.md 1.7): after all files with the upload time `key`
 * and the next `offset` files.
 */
export interface ListCursor {
  /** An upload time in microseconds since 1970. Null if the offset counts from the start of the listing. */
  readonly key: number | null;
  readonly offset: number;
}

/**
 * One page of the listing, in the requested order, and the positions at which the next and the previous page
 * start.
 */
export interface ListPage {
  readonly refs: readonly FileRef[];
  readonly next: ListCursor | null;
  readonly previous: ListCursor | null;
}

/** Selects the files of the requested page, and computes the positions of the next and the previous page. */
export function listPage(files: ProjectFiles, query: ListQuery): ListPage {
  const isBackward = query.from === null && query.to !== null;
  const key = isBackward ? query.to : query.from;
  const walk = new FileWalk(files, {
    kind: query.kind,
    step: isBackward ? opposite(query.step) : query.step,
    after: key === null ? null : { time: key, uuid: null },
  });
  for (let skipped = 0; skipped < query.offset; skipped += 1) walk.next();
  const refs = take(walk, query.limit);
  const isEnd = isBackward && walk.next() === undefined;
  if (isBackward) refs.reverse();
  const isFirstPage = query.from === null && query.to === null && query.offset === 0;
  return {
    refs,
    next: cursorPast(files, query, refs.at(-1)),
    previous: isFirstPage || isEnd ? null : cursorBefore(files, query, refs[0]),
  };
}

function take(walk: FileWalk, limit: number): FileRef[] {
  const refs: FileRef[] = [];
  while (refs.length < limit) {
    const ref = walk.next();
    if (ref === undefined) break;
    refs.push(ref);
  }
  return refs;
}

// The position for the link to the previous page. A page that a client requested with `from` always has this
// link, even if there is no earlier file.
function cursorBefore(
  files: ProjectFiles,
  query: Pick<ListQuery, 'kind' | 'step'>,
  first: FileRef | undefined,
): ListCursor | null {
  if (first === undefined) return null;
  const step = opposite(query.step);
  const cursor = cursorPast(files, { kind: query.kind, step }, first);
  if (cursor === null) return { key: files.uploadedAt(first), offset: 0 };
  if (cursor.key !== null) return cursor;
  return { key: files.uploadedAt(first) + query.step, offset: cursor.offset };
}

/**
 * Returns the position after a file. Normally its upload time is enough. If the next file has the same time,
 * the position has the time before this one, and an offset that counts the files up to this file. Assumption:
 * the service does the same, because the pagination of Django REST framework works like this
 * (docs/uploadcare-api.md 1.7 and 15.7). No recording of the real service shows such a case.
 */
function cursorPast(
  files: ProjectFiles,
  way: Pick<WalkOptions, 'kind' | 'step'>,
  ref: FileRef | undefined,
): ListCursor | null {
  if (ref === undefined) return null;
  const position = positionOf(files, ref);
  const follower = new FileWalk(files, { ...way, after: position }).next();
  if (follower === undefined) return null;
  if (files.uploadedAt(follower) !== position.time) return { key: position.time, offset: 0 };
  const back = new FileWalk(files, { ...way, step: opposite(way.step), after: position });
  let offset = 1;
  let before = back.next();
  while (before !== undefined && files.uploadedAt(before) === position.time) {
    offset += 1;
    before = back.next();
  }
  return { key: before === undefined ? null : files.uploadedAt(before), offset };
}

function positionOf(files: ProjectFiles, ref: FileRef): ListPosition {
  return { time: files.uploadedAt(ref), uuid: files.uuidOf(ref) };
}

function opposite(step: 1 | -1): 1 | -1 {
  return step === 1 ? -1 : 1;
}

interface Sized {
  readonly ref: FileRef;
  readonly size: number;
}

/**
 * Selects a page of the v0.6 listing by size. Sorts all files for each page, which is slow for millions of
 * files.
 */
export function sizePage(files: ProjectFiles, query: ListQuery): ListPage {
  const walk = new FileWalk(files, { kind: query.kind, step: 1, after: null });
  const sized: Sized[] = [];
  for (let ref = walk.next(); ref !== undefined; ref = walk.next()) {
    sized.push({ ref, size: files.describe(ref).size });
  }
  // The sort is stable, so files of the same size stay in the order of their upload.
  sized.sort((a, b) => a.size - b.size);
  const page: KeysetPage<Sized> = keysetPage(sized, ({ size }) => size, query);
  return { ...page, refs: page.items.map(({ ref }) => ref) };
}
