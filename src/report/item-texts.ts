import { type ItemState, isFinal } from '../core/item-state.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { present } from '../core/present.ts';
import { earlierOutcomes, type RunItem } from '../ledger/run-items.ts';
import { readFromLedger } from '../ledger/with-reader.ts';
import { type DeletedFile, Deletes, deletedRecord } from './deleted-files.ts';
import { type RowFormat, rowTexts } from './row-texts.ts';
import type { ReportedRun } from './run-items.ts';

const COLUMNS = [
  'run',
  'item',
  'state',
  'step',
  'operation',
  'attempts',
  'reason',
  'message',
  'requestId',
  'result',
  'earlierSteps',
  'details',
  'at',
  'deleted',
];

/** All items of a run with their outcomes, as pieces of a text. */
export function itemTexts(
  run: ReportedRun,
  { format, states }: { readonly format: RowFormat; readonly states?: readonly ItemState[] },
): Generator<string> {
  const heading = { type: 'item', run: run.run, columns: COLUMNS } as const;
  return rowTexts(format, heading, itemRows(run, states));
}

/** An item as a row of a report. */
export type ItemRow = {
  readonly run: string;
  readonly item: string;
  readonly state: ItemState;
  /** Id of the step at which the item is now, or at which it ended. */
  readonly step: string;
  readonly operation: string;
  readonly attempts: number;
  /** The failure code, or the reason why the item was skipped. */
  readonly reason: string | null;
  readonly message: string | null;
  readonly requestId: string | null;
  /** The result of the step, such as a new file or the address of a copy. */
  readonly result: JsonObject | null;
  /**
   * Outcomes of earlier steps, by the ids of the steps. A step has no entry if it was done without a result
   * or warning.
   */
  readonly earlierSteps: JsonObject;
  /** Data from the source, such as the columns of a list or the path of a local file. */
  readonly details: JsonObject | null;
  /** Time of the outcome, in RFC 3339. If the outcome is unknown, the time of the last request. */
  readonly at: string | null;
  /** The files that the run deleted for the item, with their facts before the delete; null if none. */
  readonly deleted: JsonValue;
};

/** One row per item of a run. If `states` is given, only items in these states. */
export function* itemRows(run: ReportedRun, states?: readonly ItemState[]): Generator<ItemRow> {
  yield* readFromLedger(run.ledger, function* (reader) {
    const deletes = new Deletes(run.steps, reader);
    for (const item of reader.runItems(present({ states }))) {
      yield itemRow(run, item, deletes.of(item).filter(isKept));
    }
  });
}

/** True if the ledger knows more about a deleted file than that it was deleted. */
function isKept({ facts, deletedAt, decidedBy }: DeletedFile): boolean {
  return facts !== null || deletedAt !== null || decidedBy !== null;
}

function itemRow(
  { run, steps }: ReportedRun,
  item: RunItem,
  deleted: readonly DeletedFile[],
): ItemRow {
  const { key, state, attempts, reason, message, requestId, result, details, at } = item.record;
  const hasEnded = isFinal(state) || state === 'in-doubt';
  const stepId = (step: number) => steps[step]?.id ?? String(step + 1);
  return {
    run,
    item: key,
    state,
    step: stepId(item.record.step),
    operation: steps[item.record.step]?.uses ?? '',
    attempts,
    reason,
    message,
    requestId,
    result,
    earlierSteps: earlierOutcomes(item, stepId),
    details,
    at: at === null || !hasEnded ? null : new Date(at).toISOString(),
    deleted: deleted.length === 0 ? null : deleted.map(deletedRecord),
  };
}
