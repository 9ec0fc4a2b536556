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

/** The project, disk and earlier runs that a source reads from, and the columns that steps need. */
export interface SourceContext extends ListContext {
  readonly client: RestClient;
  readonly runs: EarlierRuns;
  readonly needs: ColumnNeeds;
}

/** The lists that `check` reads. */
export type CheckedListContext = Pick<SourceContext, 'files' | 'inputPath' | 'needs'>;

/**
 * Everything that the program knows about one source of a job file. The job schema, the words of
 * `validate`, the checks of a job and the tables in the docs are derived from it.
 */
export interface SourceDescriptor<
  Kind extends string = string,
  Options extends z.ZodType = z.ZodType,
> {
  /** The key of the source in a job file. */
  readonly kind: Kind;
  /** Each option has its default and its description. */
  readonly options: Options;
  /** Describes the items in the job schema and the docs, in Markdown: `Local files`. */
  readonly summary: string;
  /** The items of a source with these options; null if only the run itself will show. */
  gives(options: z.output<Options>): ItemKind | null;
  /**
   * Says if the source reports facts about its items, which `where` needs. `files`: only if the
   * options ask for files.
   */
  readonly tellsFacts: 'always' | 'never' | 'files';
  /** Absent: `listed` if the source reports facts, else `unseen`. */
  seenAs?(options: z.output<Options>): SeenAs;
  /** True if an option selects items, so that a variable could make it hold for everything. */
  readonly selects?: true;
  /** Describes where the items come from, as a sentence without its end: `Lists all files`. */
  describe(options: z.output<Options>): string;
  /** Refuses options that this version of the REST API can't carry out. Absent: every version can. */
  versionFault?(options: z.output<Options>, version: ApiVersion): VersionFault | null;
  /** The options with their path made absolute, if they have one. */
  withAbsolutePath?(options: z.output<Options>, folder: string): z.output<Options>;
  /** True if the items are read from standard input. */
  readsInput?(options: z.output<Options>): boolean;
  /** Checks the source before anything is sent. Throws if the job can't work with it. */
  check?(
    options: z.output<Options>,
    context: CheckedListContext,
    signal: AbortSignal,
  ): Promise<void>;
  /** Conditions that the service already applied. The job's filter checks them again. */
  listedConditions?(options: z.output<Options>): Conditions;
  /** The conditions of a query, as far as facts can decide them, for a file that is listed again. */
  queryCondition?(options: z.output<Options>, now: Now): Check;
  create(options: z.output<Options>, context: SourceContext): Source;
}

/** Keeps the exact types of a descriptor, so that the type of a job follows from the list. */
export function defineSource<const Kind extends string, Options extends z.ZodType>(
  descriptor: SourceDescriptor<Kind, Options>,
): SourceDescriptor<Kind, Options> {
  return descriptor;
}
