import { bucketObjects } from './bucket-source.ts';
import { deletedFiles } from './deleted-source.ts';
import type { SourceDescriptor } from './descriptor.ts';
import { earlierRun } from './earlier-run-source.ts';
import { fileList } from './file-list-source.ts';
import { fileNames } from './file-names-source.ts';
import { folder } from './folder-source.ts';
import { groups } from './group-source.ts';
import { inline } from './inline-source.ts';
import { inventory } from './inventory-source.ts';
import { made } from './made-source.ts';
import { ownSource } from './own-source.ts';
import { search } from './search-source.ts';
import type { SourceKind } from './source-kinds.ts';
import { urlList } from './url-list-source.ts';

/** Every source, in the order of the job schema and of the documentation. */
export const SOURCES = [
  fileList,
  search,
  groups,
  inventory,
  fileNames,
  inline,
  earlierRun,
  made,
  deletedFiles,
  urlList,
  folder,
  bucketObjects,
  ownSource,
] as const;

const BY_KIND = new Map<string, SourceDescriptor>(SOURCES.map((one) => [one.kind, one]));

/** The source of a job that was checked. */
export function sourceNamed(kind: SourceKind): SourceDescriptor {
  const found = BY_KIND.get(kind);
  if (found === undefined) throw new Error(`Unknown source: ${kind}`);
  return found;
}
