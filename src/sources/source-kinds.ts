/** The name of every source, in the order of the list of sources. */
export const SOURCE_KINDS = [
  'files',
  'search',
  'groups',
  'inventory',
  'list',
  'inline',
  'run',
  'made',
  'deleted',
  'urls',
  'folder',
  'bucket',
  'code',
] as const;

/** The name of a source, which is its key in a job file. */
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** True if a source has this name. */
export function isSourceKind(kind: string): kind is SourceKind {
  return SOURCE_KINDS.some((one) => one === kind);
}
