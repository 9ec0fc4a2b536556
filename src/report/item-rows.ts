import { type ItemState, isFinal } from '../core/item-state.ts';
import type { JsonObject } from '../core/json.ts';
import type { OutcomeRecord } from '../ledger/outcome-table.ts';
import { type ReportedRun, type RunItem, runItems } from './run-items.ts';

/** One item as a report tells it. */
export interface ItemRow {
  readonly run: string;
  readonly item: string;
  readonly state: ItemState;
  /** Id of the step the item is at, or ended at. */
  readonly step: string;
  readonly operation: string;
  readonly attempts: number;
  /** Failure code, or why it was skipped. */
  readonly reason: string | null;
  readonly message: string | null;
  readonly requestId: string | null;
  /** What that step left: a new file, a copy's address. */
  readonly result: JsonObject | null;
  /** The steps before it that have more to say than "done", by their ids. */
  readonly earlierSteps: JsonObject;
  /** What the source knew of it: columns of a list, a local file's path. */
  readonly details: JsonObject | null;
  /** RFC 3339; when it got its outcome, or was last sent while in doubt. */
  readonly at: string | null;
}

/** Every item of a run (in one of some states), a row each. */
export function* itemRows(run: ReportedRun, states?: readonly ItemState[]): Generator<ItemRow> {
  for (const item of runItems(run, states)) yield itemRow(run, item);
}

function itemRow({ run, steps }: ReportedRun, { record, outcomes }: RunItem): ItemRow {
  const { key, state, attempts, reason, message, requestId, result, details, at } = record;
  const hasEnded = isFinal(state) || state === 'in-doubt';
  const idOf = (step: number) => steps[step]?.id ?? String(step + 1);
  const earlier = outcomes.filter(({ step }) => step < record.step);
  return {
    run,
    item: key,
    state,
    step: idOf(record.step),
    operation: steps[record.step]?.uses ?? '',
    attempts,
    reason,
    message,
    requestId,
    result,
    earlierSteps: Object.fromEntries(earlier.map((end) => [idOf(end.step), stepEnd(end)])),
    details,
    at: at === null || !hasEnded ? null : new Date(at).toISOString(),
  };
}

function stepEnd({ state, reason, message, requestId, result }: OutcomeRecord): JsonObject {
  const known = Object.entries({ reason, message, requestId, result });
  return { state, ...Object.fromEntries(known.filter(([, value]) => value !== null)) };
}
