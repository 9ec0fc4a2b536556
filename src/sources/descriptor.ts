import type * as z from 'zod';
import type { ApiVersion, VersionFault } from '../core/api-version.ts';
import type { ItemKind, SeenAs } from '../core/item-kind.ts';
import type { Clock } from '../core/world.ts';
import type { Check, Now } from '../filters/compile-filter.ts';
import type { Conditions, Where } from '../filters/where.ts';
import type { JobCode } from '../operations/own-facts.ts';
import type { Bucket } from '../s3/bucket.ts';
import type { BucketPlace } from '../s3/bucket-place.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import type { EarlierRuns } from './earlier-runs.ts';
import type { ListContext } from './list-input.ts';
import type { ColumnNeeds } from './list-source.ts';
import type { Source } from './source.ts';

/**
 * Everything from which a source reads: the project, the disk, earlier runs, and the columns that steps need.
 */
export interface SourceContext extends ListContext {
  readonly client: RestClient;
  readonly runs: EarlierRuns;
  readonly needs: ColumnNeeds;
  /** Path of the run's copy of the inventory; for a plan, the path of the project's inventory. */
  readonly inventoryPath: string;
  /** With `since`: lists the files that were uploaded after this time, ms; null for all files. */
  readonly since: number | null;
  readonly clock: Pick<Clock, 'sleep'>;
  /** The own code of the job. Absent if the job has none. */
  readonly code?: JobCode;
  /** Opens a bucket. Absent if the program can open none. */
  readonly openBucket?: OpenBucket;
  /** The filter of the job, for a source with `filtersBy`. */
  readonly where?: Where;
  readonly now?: Now;
}

/** Opens a bucket, or returns it if it is open. Rejects with a `UserError` if its keys can't be found. */
export type OpenBucket = (place: BucketPlace) => Promise<Bucket>;

/** The part of `SourceContext` that `check` needs to read a list. */
export type CheckedListContext = Pick<SourceContext, 'files' | 'inputPath' | 'needs'>;

/**
 * Everything that the program knows about one source of items. The job schema, the output of `validate`, the
 * checks of a job and the tables in the docs are made from it.
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
  /** The kind of the items. Null if it is known only when the run reads them. */
  gives(options: z.output<Options>): ItemKind | null;
  /**
   * When the source reports facts about its files: always, never, or only if its options choose files
   * (`files`). Without facts, a job can't have `where`.
   */
  readonly tellsFacts: 'always' | 'never' | 'files';
  /** To whom a page of the source costs requests: to the service, to a bucket, or to nobody. */
  readonly lists: 'service' | 'bucket' | 'none';
  /**
   * The conditions of `where` that the source applies itself, because its items have no facts for the filter of files.
   * Absent if there are none.
   */
  readonly filtersBy?: readonly (keyof Conditions)[];
  /** The bucket from which the items come. Absent if they come from none. */
  bucketPlace?(options: z.output<Options>): BucketPlace;
  /**
   * How ucbulk found the items (`SeenAs`). If the function is absent: `listed` for a source that reports
   * facts, `unseen` for any other source.
   */
  seenAs?(options: z.output<Options>): SeenAs;
  /**
   * True if the options select items, as `where` does. A wrong or empty environment variable in such an
   * option could select all items, so ucbulk checks values from variables.
   */
  readonly selects?: true;
  /** Describes where the items come from, as the beginning of a sentence, such as `Lists all files`. */
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
  /** Checks the source before any request is sent. Throws an error if the job can't use the source. */
  check?(
    options: z.output<Options>,
    context: CheckedListContext,
    signal: AbortSignal,
  ): Promise<void>;
  /** The conditions that the service has applied to its listing. The job's filter checks them again. */
  listedConditions?(options: z.output<Options>): Conditions;
  /**
   * The conditions of a search that ucbulk can check with the facts of a file. It does so when it lists a
   * page again.
   */
  queryCondition?(options: z.output<Options>, now: Now): Check;
  /** True if a run continues where the last successful run of the job ended. */
  continuesLastRun?(options: z.output<Options>): boolean;
  /** The maximum age of the inventory, ms. Absent if the source does not use the inventory of its project. */
  inventoryAge?(options: z.output<Options>): number;
  create(options: z.output<Options>, context: SourceContext): Source;
}

/** Returns a descriptor with its exact types, so that the type of a job follows from the list of sources. */
export function defineSource<const Kind extends string, Options extends z.ZodType>(
  descriptor: SourceDescriptor<Kind, Options>,
): SourceDescriptor<Kind, Options> {
  return descriptor;
}
