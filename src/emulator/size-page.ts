import { FileWalk } from './file-walk.ts';
import { type KeysetPage, keysetPage } from './keyset-page.ts';
import type { ListPage } from './list-page.ts';
import type { ListQuery } from './list-query.ts';
import type { FileRef, ProjectFiles } from './project-files.ts';

interface Sized {
  readonly ref: FileRef;
  readonly size: number;
}

/** A page of the v0.6 listing by size: all files are sorted for each, which nobody does for millions. */
export function sizePage(files: ProjectFiles, query: ListQuery): ListPage {
  const walk = new FileWalk(files, { kind: query.kind, step: 1, after: null });
  const sized: Sized[] = [];
  for (let ref = walk.next(); ref !== undefined; ref = walk.next()) {
    sized.push({ ref, size: files.describe(ref).size });
  }
  // A stable sort: files of one size stay in order of upload.
  sized.sort((a, b) => a.size - b.size);
  const page: KeysetPage<Sized> = keysetPage(sized, ({ size }) => size, query);
  return { ...page, refs: page.items.map(({ ref }) => ref) };
}
