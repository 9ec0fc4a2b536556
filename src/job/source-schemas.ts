import * as z from 'zod';
import type { ApiVersion, VersionFault } from '../core/api-version.ts';
import type { ItemKind } from '../core/item-kind.ts';
import { joinOr } from '../core/join-or.ts';
import type { BucketPlace } from '../s3/bucket-place.ts';
import { SOURCES, sourceNamed } from '../sources/all-sources.ts';
import type { SourceDescriptor } from '../sources/descriptor.ts';
import { isSourceKind, type SourceKind } from '../sources/source-kinds.ts';
import { blockSchema } from './job-value-schemas.ts';
import { projectNameSchema } from './projects-schema.ts';

type DescriptorOf<Kind> = Extract<(typeof SOURCES)[number], { readonly kind: Kind }>;

/** The source of a job. Its options are under the key with the name of the source. */
export type SourceOptions = {
  readonly [Kind in SourceKind]: {
    readonly kind: Kind;
    /**
     * The name of the project that contains the items. If it is missing, the default project contains them.
     */
    readonly project?: string;
  } & { readonly [Key in Kind]: z.output<DescriptorOf<Key>['options']> };
}[SourceKind];

const schemas = SOURCES.map(({ kind, options, summary }: SourceDescriptor) => {
  return [kind, options.optional().describe(summary)] as const;
});

/** The key `source` of a job file. It contains one key: the name of the source. The options are its value. */
export const sourceSchema = blockSchema({
  ...Object.fromEntries(schemas),
  project: projectNameSchema.optional(),
}).transform(({ project, ...given }, context): SourceOptions => {
  const sources = Object.entries(given).filter(([, options]) => options !== undefined);
  const several = severalSources(sources.map(([kind]) => kind));
  if (several !== null) {
    context.addIssue({ code: 'custom', message: several });
    return z.NEVER;
  }
  const [first] = sources;
  if (first !== undefined) {
    const source = { kind: first[0], [first[0]]: first[1] };
    // The cast is safe, because the schema of this key has checked the options.
    return (project === undefined ? source : { ...source, project }) as SourceOptions;
  }
  context.addIssue({
    code: 'custom',
    message: `is empty; name one of ${SOURCES.map(({ kind }) => kind).join(', ')}`,
  });
  return z.NEVER;
});

type CheckedParts = Pick<
  SourceDescriptor,
  'gives' | 'tellsFacts' | 'filtersBy' | 'bucketPlace' | 'versionFault'
>;

/**
 * Stands for a source that the schema rejected. zod still checks the rest of the job, and some of these
 * checks need the source. This value causes no fault in them, so the user sees only the message about the
 * source.
 */
const REFUSED: CheckedParts = { gives: () => null, tellsFacts: 'always' };

/** Describes that a job has several sources, as the end of a sentence; null if these keys name at most one. */
export function severalSources(keys: readonly string[]): string | null {
  const kinds = keys.filter(isSourceKind);
  return kinds.length < 2 ? null : `has more than one source: choose ${joinOr(kinds)}`;
}

/**
 * Returns the descriptor of the job's source: the object in `src/sources` that describes its options and
 * opens it. The job must have been checked.
 */
export function sourceDescriptor({ kind }: SourceOptions): SourceDescriptor {
  return sourceNamed(kind);
}

function checkedParts(source: Partial<SourceOptions>): CheckedParts {
  return source.kind === undefined ? REFUSED : sourceNamed(source.kind);
}

/** Returns the options of a source, as the methods of its descriptor expect them. */
export function sourceOptions(source: SourceOptions): unknown {
  const keys: Readonly<Record<string, unknown>> = source;
  return keys[source.kind];
}

/**
 * Returns the kind of the items in a source. Returns null if it depends on the items themselves, so that the
 * job file alone does not determine it.
 */
export function givenKind(source: SourceOptions): ItemKind | null {
  return checkedParts(source).gives(sourceOptions(source));
}

/** Returns a message if the options of a source need another version of the REST API; otherwise null. */
export function sourceVersionFault(
  source: SourceOptions,
  version: ApiVersion,
): VersionFault | null {
  return checkedParts(source).versionFault?.(sourceOptions(source), version) ?? null;
}

/** True if the items of a source are already in a project. False for URLs and local files. */
export function isInProject(source: SourceOptions): boolean {
  const kind = givenKind(source);
  return kind !== 'url' && kind !== 'path' && kind !== 'object';
}

/**
 * True if the source reports facts about its items (such as size or MIME type), so that a filter can use
 * them.
 */
export function tellsFacts(source: SourceOptions): boolean {
  const { tellsFacts: when } = checkedParts(source);
  return when === 'always' || (when === 'files' && givenKind(source) === 'file');
}

/** The conditions of `where` that the source applies itself; null if it applies none. */
export function filtersItself(source: SourceOptions): readonly string[] | null {
  return checkedParts(source).filtersBy ?? null;
}

/** The bucket from which the items of the source come; null if they come from none. */
export function sourceBucket(source: SourceOptions): BucketPlace | null {
  return checkedParts(source).bucketPlace?.(sourceOptions(source)) ?? null;
}

/** Returns the source with an absolute path. The path `-`, which means standard input, does not change. */
export function withAbsolutePath(source: SourceOptions, folder: string): SourceOptions {
  const options = sourceOptions(source);
  const absolute = sourceDescriptor(source).withAbsolutePath?.(options, folder) ?? options;
  // The cast is safe, because only the path was changed.
  return { ...source, [source.kind]: absolute } as SourceOptions;
}
