import type * as z from 'zod';
import type { ApiVersion, VersionFault } from '../core/api-version.ts';
import type { ItemKind, SeenAs } from '../core/item-kind.ts';
import type { Check, Now } from '../filters/compile-filter.ts';
import type { Conditions } from '../filters/where.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import type { EarlierRuns } from './earlier-runs.ts';
import type { ListContext } from './list-input.ts';
import type { ColumnNeeds } from './list-source.ts';
import type { Source } from './source.ts';

/** The project, disk and earlier runs from which a source reads, and the columns that steps need. */
export interface SourceContext extends ListContext {
  readonly client: RestClient;
  readonly runs: EarlierRuns;
  readonly needs: ColumnNeeds;
}

/** The part of the context that `check` uses to read a list. */
export type CheckedListContext = Pick<SourceContext, 'files' | 'inputPath' | 'needs'>;

/**
 * Everything that the program knows about one source of a job file. The job schema, the output of `validate`,
 * the checks of a job and the tables in the docs are derived from it.
 */
export interface SourceDescriptor<
  Kind extends string = string,
  Options extends z.ZodType = z.ZodType,
> {
  /** The key of the source in a job file. */
  readonly kind: Kind;
  /** The schema of the options. Each option has a description and, if it is optional, a default. */
  readonly options: Options;
  /** Describes the items in the job schema and the docs, in Markdown, such as `Local files`. */
  readonly summary: string;
  /** The kind of items that a source with these options provides; null if only the run can show it. */
  gives(options: z.output<Options>): ItemKind | null;
  /**
   * When the source reports facts about its items, which `where` needs. `files`: only if the options choose
   * files.
   */
  readonly tellsFacts: 'always' | 'never' | 'files';
  /**
   * How the service listed the items. If the function is absent: `listed` for a source that reports facts,
   * `unseen` for any other source.
   */
  seenAs?(options: z.output<Options>): SeenAs;
  /** True if an option selects items. A variable in such an option could make it select all items. */
  readonly selects?: true;
  /** Describes the origin of the items, as the beginning of a sentence such as `Lists all files`. */
  describe(options: z.output<Options>): string;
  /**
   * Finds options that this version of the REST API does not support. If the function is absent, every
   * version supports all options.
   */
  versionFault?(options: z.output<Options>, version: ApiVersion): VersionFault | null;
  /** Returns the options with an absolute path. Absent if the options have no path. */
  withAbsolutePath?(options: z.output<Options>, folder: string): z.output<Options>;
  /** True if the source reads its items from standard input. */
  readsInput?(options: z.output<Options>): boolean;
  /** Checks the source before any request is sent. If the job can't work with the source, throws an error. */
  check?(
    options: z.output<Options>,
    context: CheckedListContext,
    signal: AbortSignal,
  ): Promise<void>;
  /** Conditions that the service has already applied. The filter of the job checks them again. */
  listedConditions?(options: z.output<Options>): Conditions;
  /** The conditions of a query for a file that is listed again, as far as facts can decide them. */
  queryCondition?(options: z.output<Options>, now: Now): Check;
  create(options: z.output<Options>, context: SourceContext): Source;
}

/** Returns a descriptor with its exact types, so that the type of a job follows from the list of sources. */
export function defineSource<const Kind extends string, Options extends z.ZodType>(
  descriptor: SourceDescriptor<Kind, Options>,
): SourceDescriptor<Kind, Options> {
  return descriptor;
}
