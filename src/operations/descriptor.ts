import type * as z from 'zod';
import type { ApiVersion, VersionFault } from '../core/api-version.ts';
import type { BucketRequests } from '../core/bucket-requests.ts';
import type { Item } from '../core/item.ts';
import type { ItemKind } from '../core/item-kind.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Clock, Files } from '../core/world.ts';
import type { Bucket } from '../s3/bucket.ts';
import type { BucketPlace } from '../s3/bucket-place.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import type { ServiceClient } from '../uploadcare/service-client.ts';
import type { ExpectedEffect } from './expected-effect.ts';
import type { DoneStep, ListedEffect } from './listed-effect.ts';
import type { ColumnMap } from './mapped-columns.ts';
import type { Operation } from './operation.ts';
import type { OperationContext } from './operation-context.ts';
import { OPERATION_TRAITS, type OperationKind, type OperationTraits } from './operation-traits.ts';
import type { ReadOriginal } from './original-file.ts';
import type { JobCode } from './own-facts.ts';

/** The kind of items on which an operation works. `from` names sources with such items, for messages. */
interface TakenItems {
  readonly kind: ItemKind;
  readonly from: string;
}

/** The value of `takes` for an operation on files of the project. */
export const PROJECT_FILES: TakenItems = { kind: 'file', from: 'files of a project' };

/** A CEL expression in a step's options. ucbulk evaluates it for each item. */
export interface OwnExpression {
  /** The name under which the operation reads the value from `item.values`. */
  readonly name: string;
  /** The path of the expression in the step's options. */
  readonly path: readonly string[];
  readonly text: string;
}

/** A kind of request that a step sends for its items. The plan of a run counts these requests. */
export interface StepRequest {
  /** Method and path, such as `PUT /files/storage/`. */
  readonly endpoint: string;
  /** Maximum number of items in one request; 1 if absent. */
  readonly items?: number;
  /** Number of such requests for these items; 1 if absent. */
  readonly times?: number;
  /** True if the request polls a remote job. The duration of the job decides how often it is sent. */
  readonly isPoll?: true;
}

/** The facts about an item that decide how many requests a step sends to buckets for it. */
export interface BilledItem {
  /** Size of the item in bytes; null if it is not known. */
  readonly size: number | null;
  /** True if the item is an object of a bucket. */
  readonly isObject: boolean;
}

/** A fault in the options of a step. */
export interface OptionFault {
  /** The option that is wrong. */
  readonly option: string;
  /** Continues a message that starts with the option's place, such as `steps[0].with.map …`. */
  readonly message: string;
}

/** The texts about an operation in docs/operations.md, in Markdown. */
interface OperationDocs {
  readonly request: string;
  /** Number of items in one request. */
  readonly perRequest: string;
  /** The keys of an item's result. */
  readonly result: string;
  /** The action of ucbulk after a lost answer. */
  readonly lostAnswer: string;
  /** Further facts, which do not follow from the descriptor. */
  readonly remarks?: string;
}

/** Everything that an operation needs: the project's API client, the disk, and the facts about its run. */
export interface OperationDependencies extends OperationContext {
  readonly client: ServiceClient;
  readonly files: Files;
  readonly clock: Pick<Clock, 'sleep'>;
  /** The query that is appended to each source URL when its request leaves. A secret. Absent if there is none. */
  readonly sourceQuery?: string;
  /** The own code of the job. Absent if the job has none. */
  readonly code?: JobCode;
  /** Opens the bucket from which the items come. Absent if they come from none. */
  readonly openSourceBucket?: () => Promise<Bucket>;
  /** Opens a bucket that a step names. Absent if the program can open none. */
  readonly openBucket?: (place: BucketPlace) => Promise<Bucket>;
  /** Reads files from the CDN. Absent if the program can't. */
  readonly readOriginal?: ReadOriginal;
}

/** Everything that the program knows about one operation, without its traits. */
interface OperationDefinition<
  Kind extends string,
  Options extends z.ZodObject,
  SkipIfDone extends boolean | null,
> {
  /** The name of the operation, as in a job's `uses`. */
  readonly kind: Kind;
  /** The schema of `with`. Each option has its default and its description. */
  readonly options: Options;
  /** The description of `with` as a whole. */
  readonly optionsText: string;
  readonly takes: TakenItems;
  /** Another kind of items on which the operation works too. */
  readonly alsoTakes?: 'object' | 'group';
  /**
   * True if the operation also works on files of another project, of which it needs the facts (`readsFacts`).
   */
  readonly takesOtherProjects?: true;
  /** True if the operation uses the facts about the file from the listing, so that the ledger must store them. */
  readonly readsFacts?: true;
  /**
   * True if a repeated request has the same result as one request, for all options. This is the doubt class
   * `idempotent` (see `Doubt`).
   */
  readonly isRepeatable?: true;
  /** The default of the step's key `skipIfDone`; null if steps of this operation do not have the key. */
  readonly skipIfDone: SkipIfDone;
  /**
   * True if a step with these options deletes or does something else that nobody can undo. If the function is
   * absent, no step of this operation does so.
   */
  isIrreversible?(options: z.output<Options>): boolean;
  /** Describes the effect of a step on its items, as a phrase about `them`, such as `deletes them`. */
  describe(options: z.output<Options>): string;
  /** Describes how a person can see whether the operation had its effect on an item. */
  expectedEffect?(options: z.output<Options>): ExpectedEffect;
  /**
   * How the listings of files and groups show the effect of a step that is done, for `ucbulk verify`. If the
   * function is absent, they show only the files and groups that the operation made.
   */
  listedEffect?(options: z.output<Options>, done: DoneStep): ListedEffect;
  ownExpressions?(options: z.output<Options>): readonly OwnExpression[];
  /** Finds options that are only allowed together with an `if`. Called only for steps without an `if`. */
  faultWithoutCondition?(options: z.output<Options>): OptionFault | null;
  /** Finds options that do not fit the items of the source. */
  faultWithSource?(options: z.output<Options>, given: ItemKind | null): OptionFault | null;
  /**
   * Finds options that this version of the REST API does not support. If the function is absent, every
   * version supports all options.
   */
  versionFault?(options: z.output<Options>, version: ApiVersion): VersionFault | null;
  /** The bucket to which a step writes. Absent if it writes to none. */
  bucketPlace?(options: z.output<Options>): BucketPlace | null;
  /** The columns of a list that the step reads; undefined if the step reads none. */
  columnMap?(options: z.output<Options>): ColumnMap | undefined;
  /**
   * Creates a function that checks whether anybody has already done the same work on the files of items. Such
   * work is then also known if no ledger records it.
   */
  doneBefore?(
    client: RestClient,
    options: z.output<Options>,
  ): (items: readonly Item[]) => DoneBefore;
  /**
   * Creates a function that decides if the input of an item is the same as in an earlier run. Absent if the
   * key of an item decides that.
   */
  isSameInput?(place: OperationDependencies): IsSameInput;
  /**
   * The requests of a step with these options if nothing goes wrong. An upload counts as one request, because
   * the number of its parts depends on the file. `given`: kind of the items of the source; null if it is not known.
   */
  requests(options: z.output<Options>, given: ItemKind | null): readonly StepRequest[];
  /** The requests of a step to buckets for one item. Absent if it sends none. */
  bucketRequests?(options: z.output<Options>, item: BilledItem): BucketRequests;
  readonly docs: OperationDocs;
  /** Creates the operation of a step for its project. */
  create(options: z.output<Options>, dependencies: OperationDependencies): Operation;
}

/**
 * Everything that the program knows about one operation. The job schema, the output of `validate`, budgets,
 * confirmations, reports and docs/operations.md are made from it.
 */
export interface OperationDescriptor<
  Kind extends string = string,
  Options extends z.ZodObject = z.ZodObject,
  SkipIfDone extends boolean | null = boolean | null,
> extends OperationDefinition<Kind, Options, SkipIfDone>,
    OperationTraits {}

/** Returns the outcome of an item whose work was already done; null if it was not. */
export type DoneBefore = (item: Item, signal: AbortSignal) => Promise<Outcome | null>;

/** True if an earlier run had this result from the same input that the item has now. */
export type IsSameInput = (item: Item, result: JsonObject, signal: AbortSignal) => Promise<boolean>;

/**
 * Returns the descriptor of an operation: its definition together with its traits. The types are exact, so that
 * the type of a step follows from the list of operations.
 */
export function defineOperation<
  const Kind extends OperationKind,
  Options extends z.ZodObject,
  const SkipIfDone extends boolean | null,
>(
  definition: OperationDefinition<Kind, Options, SkipIfDone>,
): OperationDescriptor<Kind, Options, SkipIfDone> {
  return { ...definition, ...OPERATION_TRAITS[definition.kind] };
}

/** `stored` or `unstored`, for the description of a step. */
export function formatStore(store: boolean): string {
  return store ? 'stored' : 'unstored';
}
