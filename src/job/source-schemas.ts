import * as z from 'zod';
import type { ApiVersion, VersionFault } from '../core/api-version.ts';
import type { ItemKind } from '../core/item-kind.ts';
import { SOURCES, type SourceKind, sourceNamed } from '../sources/all-sources.ts';
import type { SourceDescriptor } from '../sources/descriptor.ts';
import { blockSchema } from './job-value-schemas.ts';
import { projectNameSchema } from './projects-schema.ts';

type DescriptorOf<Kind> = Extract<(typeof SOURCES)[number], { readonly kind: Kind }>;

/** The source of a job: its kind, and the options under the key of that name. */
export type SourceOptions = {
  readonly [Kind in SourceKind]: {
    readonly kind: Kind;
    /** One of the job's projects; absent for the default one. */
    readonly project?: string;
  } & { readonly [Key in Kind]: z.output<DescriptorOf<Key>['options']> };
}[SourceKind];

const schemas = SOURCES.map(({ kind, options, summary }: SourceDescriptor) => {
  return [kind, options.optional().describe(summary)] as const;
});

/** A job file's `source`: one key that names the source, with its options. */
export const sourceSchema = blockSchema({
  ...Object.fromEntries(schemas),
  project: projectNameSchema.optional(),
}).transform(({ project, ...given }, context): SourceOptions => {
  const [first, second] = Object.entries(given).filter(([, options]) => options !== undefined);
  if (second !== undefined) {
    context.addIssue({ code: 'custom', message: 'has more than one source; a job has one' });
    return z.NEVER;
  }
  if (first !== undefined) {
    const source = { kind: first[0], [first[0]]: first[1] };
    // The schema of the key has checked the options.
    return (project === undefined ? source : { ...source, project }) as SourceOptions;
  }
  context.addIssue({
    code: 'custom',
    message: `is empty; name one of ${SOURCES.map(({ kind }) => kind).join(', ')}`,
  });
  return z.NEVER;
});

type CheckedParts = Pick<SourceDescriptor, 'gives' | 'tellsFacts' | 'versionFault'>;

/** Stands in for a source that the schema refused: zod checks the rest of the job all the same. */
const REFUSED: CheckedParts = { gives: () => null, tellsFacts: 'always' };

/** True for the name of a source that this version has. */
export function isSourceKind(kind: string): kind is SourceKind {
  return SOURCES.some((source) => source.kind === kind);
}

/** The descriptor of the source of a job that was checked. */
export function sourceDescriptor({ kind }: SourceOptions): SourceDescriptor {
  return sourceNamed(kind);
}

function checkedParts(source: Partial<SourceOptions>): CheckedParts {
  return source.kind === undefined ? REFUSED : sourceNamed(source.kind);
}

/** The options of a source, for the methods of its descriptor. */
export function sourceOptions(source: SourceOptions): unknown {
  const keys: Readonly<Record<string, unknown>> = source;
  return keys[source.kind];
}

/** The items of a source; null if only the run itself will show. */
export function givenKind(source: SourceOptions): ItemKind | null {
  return checkedParts(source).gives(sourceOptions(source));
}

/** A need of a source for another version of the REST API; null if it has none. */
export function sourceVersionFault(
  source: SourceOptions,
  version: ApiVersion,
): VersionFault | null {
  return checkedParts(source).versionFault?.(sourceOptions(source), version) ?? null;
}

/** True if the items of a source are in a project: not those that a step brings into one. */
export function isInProject(source: SourceOptions): boolean {
  const kind = givenKind(source);
  return kind !== 'url' && kind !== 'path';
}

/** False if the source reports no facts about its items that a filter could use. */
export function tellsFacts(source: SourceOptions): boolean {
  const { tellsFacts: when } = checkedParts(source);
  return when === 'always' || (when === 'files' && givenKind(source) === 'file');
}

/** The source with its path made absolute. `-` stays standard input. */
export function withAbsolutePath(source: SourceOptions, folder: string): SourceOptions {
  const options = sourceOptions(source);
  const absolute = sourceDescriptor(source).withAbsolutePath?.(options, folder) ?? options;
  // The options keep their type.
  return { ...source, [source.kind]: absolute } as SourceOptions;
}
