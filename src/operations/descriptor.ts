import type * as z from 'zod';
import type { ApiVersion, VersionFault } from '../core/api-version.ts';
import type { Item } from '../core/item.ts';
import type { ItemKind } from '../core/item-kind.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Files } from '../core/world.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import type { ServiceClient } from '../uploadcare/service-client.ts';
import type { ExpectedEffect } from './expected-effect.ts';
import type { ColumnMap } from './mapped-columns.ts';
import type { Operation } from './operation.ts';
import type { OperationContext } from './operation-context.ts';

/** The items that an operation takes, and a text that names their sources. */
interface TakenItems {
  readonly kind: ItemKind;
  readonly from: string;
}

/** `takes` of an operation on files of the project. */
export const PROJECT_FILES: TakenItems = { kind: 'file', from: 'files of a project' };

/** A new thing that an operation makes. `object` is an object in a bucket, `thumbnails` a group. */
export type MadeKind = 'file' | 'object' | 'group' | 'thumbnails';

/** A paid effect. */
interface Purchase {
  /** The operation's key in `limits.paid`. */
  readonly name: string;
  /** The paid items as a text: `Virus scans`. */
  readonly items: string;
  /** The order of the budgets in `limits.paid`, and in texts about them. */
  readonly place: number;
}

/** A CEL expression of a step that gives each item a value of its own. */
export interface OwnExpression {
  /** The name under which the operation reads the value from `item.values`. */
  readonly name: string;
  /** The place of the expression in the step. */
  readonly path: readonly string[];
  readonly text: string;
}

/** A fault in the options of a step. */
export interface OptionFault {
  /** The option that is at fault. */
  readonly option: string;
  /** Continues a sentence that starts with the option's place: `steps[0].with.map …`. */
  readonly message: string;
}

/** A row of the table in docs/operations.md, in Markdown. */
interface OperationDocs {
  readonly request: string;
  /** Items in one request. */
  readonly perRequest: string;
  /** The keys of an item's result. */
  readonly result: string;
  /** The action of ucbulk after a lost answer. */
  readonly lostAnswer: string;
  /** Facts that do not follow from the rest of the descriptor. */
  readonly remarks?: string;
}

/** The project, disk and run that an operation works with. */
export interface OperationDependencies extends OperationContext {
  readonly client: ServiceClient;
  readonly files: Files;
}

/**
 * Everything that the program knows about one operation of a job file. The job schema, the texts of
 * `validate`, budgets, confirmations, reports and docs/operations.md are derived from it.
 */
export interface OperationDescriptor<
  Kind extends string = string,
  Options extends z.ZodObject = z.ZodObject,
  Paid extends Purchase | null = Purchase | null,
  SkipIfDone extends boolean | null = boolean | null,
> {
  /** The name of the operation, as in a job's `uses`. */
  readonly kind: Kind;
  /** The schema of `with`. Each option has its default and its description. */
  readonly options: Options;
  /** Describes the whole of `with`. */
  readonly optionsText: string;
  readonly takes: TakenItems;
  /** True if the operation also takes files of another project, from the facts in their listing. */
  readonly takesOtherProjects?: true;
  /** The new things that the operation makes, by the key of its result that names each. */
  readonly makes: Readonly<Record<string, MadeKind>>;
  /** True if one new thing is made from many items. It is useless after one of their files was deleted. */
  readonly joinsItems?: true;
  /** True if an item may be done with a warning. */
  readonly mayWarn?: true;
  /** Null if the operation costs only its requests. */
  readonly paid: Paid;
  /** The default of the step's key `skipIfDone`; null if such a step does not have this key. */
  readonly skipIfDone: SkipIfDone;
  /** Present if the operation deletes items: always, or if the result of the item says so. */
  readonly deletes?: 'always' | ((result: JsonObject) => boolean);
  /** True if a step with these options may do something irreversible. Absent: never. */
  isIrreversible?(options: z.output<Options>): boolean;
  /** Describes the effect of a step on `them`, the items: `deletes them`. */
  describe(options: z.output<Options>): string;
  /** Describes the effect on an item for a person who must decide whether it happened. */
  expectedEffect?(options: z.output<Options>): ExpectedEffect;
  ownExpressions?(options: z.output<Options>): readonly OwnExpression[];
  /** Refuses options that need an `if`; called only for steps without one. */
  faultWithoutCondition?(options: z.output<Options>): OptionFault | null;
  /** Refuses options that don't fit the items of the source. */
  faultWithSource?(options: z.output<Options>, given: ItemKind | null): OptionFault | null;
  /** Refuses options that this version of the REST API can't carry out. Absent: every version can. */
  versionFault?(options: z.output<Options>, version: ApiVersion): VersionFault | null;
  /** The columns of a list that the step reads; undefined if it reads none. */
  columnMap?(options: z.output<Options>): ColumnMap | undefined;
  /** Creates a read that shows whether anybody did the same to the file of an item before. */
  doneBefore?(client: RestClient, options: z.output<Options>): DoneBefore;
  readonly docs: OperationDocs;
  /** Binds a step to its project. */
  create(options: z.output<Options>, dependencies: OperationDependencies): Operation;
}

/** Returns the outcome of an item whose work was done before; null if it was not. */
export type DoneBefore = (item: Item, signal: AbortSignal) => Promise<Outcome | null>;

/** Keeps the exact types of a descriptor, so that the type of a step follows from the list. */
export function defineOperation<
  const Kind extends string,
  Options extends z.ZodObject,
  const Paid extends Purchase | null,
  const SkipIfDone extends boolean | null,
>(
  descriptor: OperationDescriptor<Kind, Options, Paid, SkipIfDone>,
): OperationDescriptor<Kind, Options, Paid, SkipIfDone> {
  return descriptor;
}

/** `stored` or `unstored`, for the description of a step. */
export function formatStore(store: boolean): string {
  return store ? 'stored' : 'unstored';
}
