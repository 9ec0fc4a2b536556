import { errorMessage } from '../../core/error-message.ts';
import type { Item } from '../../core/item.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { FixedBatches, Operation } from '../../operations/operation.ts';
import type { ItemResult } from './task.ts';

/** Whether a step is for an item; may throw where the item lacks what is asked for. */
type StepCondition = (item: Item, resultAt: (step: number) => JsonObject | null) => boolean;

/** What a step's expressions give for an item; may throw as a condition may. */
export type StepValues = (item: Item, resultAt: (step: number) => JsonObject | null) => JsonObject;

/** A read that tells whether an item was done before; null if it was not. */
export type Look = (signal: AbortSignal) => Promise<Outcome | null>;

/**
 * By item, what other runs know of its work: a read that tells, or `at-work` if the process of
 * another run has claimed or sent it. Does not wait, so that it can be part of a turn (`inTurn`).
 */
export type LookBefore = (items: readonly Item[]) => ReadonlyMap<number, Look | 'at-work'>;

/** What a step buys, and how much of it the run may buy. */
export interface PaidUse {
  /** As in a job's `limits.paid`; steps of one name share a budget. */
  readonly name: string;
  /** Items, over the whole run; null where only the account bounds it. */
  readonly limit: number | null;
}

/** A step as the engine runs it. */
export interface EngineStep {
  readonly id: string;
  readonly operation: Operation;
  /** The earlier step whose result names the file to act on; null for the item's own. */
  readonly fileFrom: number | null;
  /** null: the step is for every item. */
  readonly condition: StepCondition | null;
  /** null: nothing of the step depends on the item. */
  readonly values: StepValues | null;
  /** True where an item whose step failed goes on to the next step all the same. */
  readonly continues: boolean;
  /** The first step of the job that does the same work; null where doing it twice does no harm. */
  readonly work: number | null;
  /** What the step buys; null where it costs no more than its requests. */
  readonly paid: PaidUse | null;
  /** Looks for what other runs did or do; null if that does not matter. */
  readonly lookBefore: LookBefore | null;
}

/** What the ledger must know of a step to record its results. */
export interface RecordedStep extends Pick<EngineStep, 'id' | 'continues' | 'paid' | 'work'> {
  readonly operation: Pick<Operation, 'shape' | 'namedIn'> & { readonly fixed?: FixedBatches };
}

/** The items of a step once it has looked at them. */
export interface LookedAt<Looked extends Item> {
  /** Those to act on, each with its file. */
  readonly ready: readonly Looked[];
  /** Those that end here without a request, with how. */
  readonly settled: readonly ItemResult[];
}

/** The fixed batches of an operation; null if its requests may take any items. */
export function fixedBatches({ operation }: Pick<EngineStep, 'operation'>): FixedBatches | null {
  return operation.shape === 'batch' ? (operation.fixed ?? null) : null;
}

/** Leaves out what the step is not for, and gives each other item the file to act on. */
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
    return failed(item, codeOf(error, 'condition'), errorMessage(error));
  }
  const file = madeFile(step.fileFrom, resultAt);
  if (step.fileFrom !== null && file === null) {
    return failed(item, 'no_file', 'The earlier step left no file to act on');
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
    return failed(item, codeOf(error, 'expression'), errorMessage(error));
  }
}

/** The file that an earlier step left for this one; null where the step asks for none, or none is there. */
export function madeFile(
  fileFrom: number | null,
  resultAt: (step: number) => JsonObject | null,
): string | null {
  const file = fileFrom === null ? null : resultAt(fileFrom)?.['file'];
  return typeof file === 'string' ? file : null;
}

/** What is unknown about a file is no fault of the expression, and has a code of its own. */
function codeOf(error: unknown, what: 'condition' | 'expression'): string {
  const isUnknown = error instanceof Error && error.name === 'UnknownField';
  return `${what}_${isUnknown ? 'unknown' : 'error'}`;
}

function failed(item: Item, code: string, message: string): ItemResult {
  return { item, to: 'outcome', outcome: { kind: 'failed', failure: { code, message } } };
}
