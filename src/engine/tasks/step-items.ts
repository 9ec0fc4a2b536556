import { errorMessage } from '../../core/error-message.ts';
import type { Item } from '../../core/item.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Money } from '../../core/money.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { FixedBatches, Operation } from '../../operations/operation.ts';
import type { ItemResult } from './task.ts';

/**
 * Decides whether a step applies to an item. May throw if the expression uses an unknown field of the item's
 * file.
 */
type StepCondition = (item: Item, resultAt: (step: number) => JsonObject | null) => boolean;

/**
 * Computes the option values of a step for an item. May throw if an expression uses an unknown field of the
 * item's file.
 */
export type StepValues = (item: Item, resultAt: (step: number) => JsonObject | null) => JsonObject;

/**
 * Finds out whether the work of an item was already done, for example by another run. If so, returns the
 * outcome of the item; otherwise null.
 */
export type Look = (signal: AbortSignal) => Promise<Outcome | null>;

/**
 * Looks up what other runs did with the files of the items. The key of the map is the `seq` of an item.
 * `at-work`: another run, which is still active, has claimed or sent the same work. Any other value is a
 * function that finds out, if necessary with requests to the service, the result of earlier work. An item
 * without an entry needs no check. The lookup must be synchronous, so that it can run inside `inTurn`.
 */
export type EarlierResultLookup = (items: readonly Item[]) => ReadonlyMap<number, Look | 'at-work'>;

/** A paid operation of a step, and its budget. */
export interface PaidUse {
  /** Name of the budget in `limits.paid`. Steps with the same name share a budget. */
  readonly name: string;
  /** Maximum number of items that the run may pay for; null if there is no limit. */
  readonly limit: number | null;
  /** The price of one item; absent if the user gave none. */
  readonly price?: PaidPrice;
}

/** The price of a paid operation, and the limit of the run's cost. */
export interface PaidPrice {
  readonly perItem: Money;
  readonly currency: string;
  /** The maximum cost of the whole run; null if there is no limit. */
  readonly maxCost: Money | null;
  /**
   * The money that must be left for the requests of each item that is paid for, so that the run can fetch the
   * results. 0 if requests have no price.
   */
  readonly followUp: Money;
}

/** A step of the job, ready to run. */
export interface EngineStep {
  readonly id: string;
  readonly operation: Operation;
  /**
   * The earlier step that makes the file on which this step works; null if the step works on the item's own
   * file.
   */
  readonly fileFrom: number | null;
  /** The `if` of the step; null if the step applies to every item. */
  readonly condition: StepCondition | null;
  /** Computes the options that depend on the item; null if none does. */
  readonly values: StepValues | null;
  /** True if an item that failed at this step continues at the next one. */
  readonly continueOnFailure: boolean;
  /**
   * Identifies the work of this step, so that a run does not do the same work twice on one file. All steps
   * that do the same work have the same value: the index of the first of them. Null if repeating the work
   * does no harm.
   */
  readonly work: number | null;
  /**
   * Present if the step does its work also on files on which it was done before. The ledger records the work
   * all the same, because a later run may skip it.
   */
  readonly repeatsWork?: true;
  /** The paid operation of the step; null if it is free. */
  readonly paid: PaidUse | null;
  /** Looks up what other runs did with the items. Null if repeating the work does no harm. */
  readonly lookUpEarlierResults: EarlierResultLookup | null;
}

/** The properties of a step that the journal needs. */
export interface RecordedStep
  extends Pick<EngineStep, 'id' | 'continueOnFailure' | 'paid' | 'work' | 'repeatsWork'> {
  readonly fileFrom?: EngineStep['fileFrom'];
  readonly operation: Pick<Operation, 'shape' | 'namedIn' | 'doubt' | 'destructive'> & {
    readonly fixed?: FixedBatches;
  };
}

/** The error code of an item whose `if` uses an unknown field of its file. */
export const CONDITION_UNKNOWN = 'condition_unknown';

/** The items of a step, divided by the result of the step's condition and expressions. */
export interface LookedAt<Looked extends Item> {
  /** The items to send, each with its file. */
  readonly ready: readonly Looked[];
  /** The results of items that end without a request. */
  readonly settled: readonly ItemResult[];
}

/**
 * The rules for an operation's fixed batches, whose items always go together in one request. Null if a
 * request may contain any items.
 */
export function fixedBatches({ operation }: Pick<EngineStep, 'operation'>): FixedBatches | null {
  return operation.shape === 'batch' ? (operation.fixed ?? null) : null;
}

/** Evaluates the condition and expressions of the step and finds the file of each item. */
export function lookAtItems<Looked extends Item>(
  step: EngineStep,
  items: readonly Looked[],
  resultAt: (item: number, step: number) => JsonObject | null,
): LookedAt<Looked> {
  const ready: Looked[] = [];
  const settled: ItemResult[] = [];
  for (const item of items) {
    const looked = lookAtItem(step, item, (at) => resultAt(item.seq, at));
    if ('to' in looked) settled.push(looked);
    else ready.push(looked);
  }
  return { ready, settled };
}

function lookAtItem<Looked extends Item>(
  step: EngineStep,
  item: Looked,
  resultAt: (step: number) => JsonObject | null,
): Looked | ItemResult {
  try {
    if (step.condition !== null && !step.condition(item, resultAt)) return { item, to: 'pass' };
  } catch (error) {
    return failed(item, errorCode(error, 'condition'), errorMessage(error));
  }
  const file = madeFile(step.fileFrom, resultAt);
  if (step.fileFrom !== null && file === null) {
    return failed(item, 'no_file', 'The earlier step made no file to act on');
  }
  return withValues(step, file === null ? item : { ...item, file }, resultAt);
}

function withValues<Looked extends Item>(
  { values }: EngineStep,
  item: Looked,
  resultAt: (step: number) => JsonObject | null,
): Looked | ItemResult {
  if (values === null) return item;
  try {
    return { ...item, values: values(item, resultAt) };
  } catch (error) {
    return failed(item, errorCode(error, 'expression'), errorMessage(error));
  }
}

/**
 * The file that an earlier step made for the item. Null if this step does not use such a file, or if no file
 * was made.
 */
export function madeFile(
  fileFrom: number | null,
  resultAt: (step: number) => JsonObject | null,
): string | null {
  const file = fileFrom === null ? null : resultAt(fileFrom)?.['file'];
  return typeof file === 'string' ? file : null;
}

/**
 * The error code of a failed expression. An expression that needs an unknown field has its own code, because
 * the expression is not wrong: the service did not send the field.
 */
function errorCode(error: unknown, what: 'condition' | 'expression'): string {
  const isUnknown = error instanceof Error && error.name === 'UnknownField';
  return `${what}_${isUnknown ? 'unknown' : 'error'}`;
}

function failed(item: Item, code: string, message: string): ItemResult {
  return { item, to: 'outcome', outcome: { kind: 'failed', failure: { code, message } } };
}
