import type { JsonObject } from '../core/json.ts';
import type { ItemRecord, LedgerReader, RecordsWanted } from './ledger-reader.ts';
import type { OutcomeRecord } from './outcome-table.ts';

/** An item and the outcomes of its steps. */
export interface RunItem {
  readonly record: ItemRecord;
  readonly outcomes: readonly OutcomeRecord[];
}

const PAGE_ITEMS = 1000;

/**
 * The wanted items in the order of the selection. It reads one page of items at a time, so it does not block
 * an active run. Each item has the state of the moment when its page was read.
 */
export function* itemsWithOutcomes(
  reader: LedgerReader,
  wanted: RecordsWanted,
): Generator<RunItem> {
  let page: ItemRecord[] = [];
  for (const record of reader.records(wanted)) {
    page.push(record);
    if (page.length < PAGE_ITEMS) continue;
    yield* withOutcomes(reader, page);
    page = [];
  }
  yield* withOutcomes(reader, page);
}

function* withOutcomes(reader: LedgerReader, records: readonly ItemRecord[]): Generator<RunItem> {
  const outcomes = reader.stepOutcomes(records.map(({ seq }) => seq));
  let next = 0;
  for (const record of records) {
    const from = next;
    while (outcomes[next]?.item === record.seq) next += 1;
    yield { record, outcomes: outcomes.slice(from, next) };
  }
}

/**
 * The outcomes of an item at earlier steps, by the ids of the steps. There is no entry for a step that ended
 * as done with neither a result nor a warning.
 */
export function earlierOutcomes(
  { record, outcomes }: RunItem,
  stepId: (step: number) => string,
): JsonObject {
  const earlier = outcomes.filter(({ step }) => step < record.step);
  return Object.fromEntries(earlier.map((end) => [stepId(end.step), outcomeFacts(end)]));
}

function outcomeFacts({ state, reason, message, requestId, result }: OutcomeRecord): JsonObject {
  const known = Object.entries({ reason, message, requestId, result });
  return { state, ...Object.fromEntries(known.filter(([, value]) => value !== null)) };
}
