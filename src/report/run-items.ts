import type { ItemState } from '../core/item-state.ts';
import { present } from '../core/present.ts';
import type { RunId } from '../core/run.ts';
import { type ItemRecord, LedgerReader } from '../ledger/ledger-reader.ts';
import type { OutcomeRecord } from '../ledger/outcome-table.ts';

/** A step of a run, for reports. */
export interface ReportedStep {
  readonly id: string;
  readonly uses: string;
  /** Index of the earlier step whose new file this step uses; null for the item itself. */
  readonly fileFrom: number | null;
  /** Host of the files of the step's project; null if unknown. */
  readonly cdnHost: string | null;
}

/** A run, for reports: its ledger, and its steps in order. */
export interface ReportedRun {
  readonly run: RunId;
  /** Path of the ledger. */
  readonly ledger: string;
  readonly steps: readonly ReportedStep[];
  /** Host of the old files; null if unknown. */
  readonly cdnHost: string | null;
}

/** An item and the outcomes of its steps. */
export interface RunItem {
  readonly record: ItemRecord;
  readonly outcomes: readonly OutcomeRecord[];
}

const PAGE_ITEMS = 1000;

/**
 * The items of a run in the order of the selection. Reads page by page, so it does not block an
 * active run. Each item has the state that it had when its page was read.
 */
export function* runItems(
  { ledger }: ReportedRun,
  states?: readonly ItemState[],
): Generator<RunItem> {
  const reader = LedgerReader.open(ledger);
  try {
    for (let after = 0; ; ) {
      const wanted = { after, limit: PAGE_ITEMS, ...present({ states }) };
      const records = [...reader.records(wanted)];
      yield* withOutcomes(reader, records);
      if (records.length < PAGE_ITEMS) return;
      after = records.at(-1)?.seq ?? after;
    }
  } finally {
    reader.close();
  }
}

/** The file or group that a step acts on; null if the earlier step made none. */
export function subjectAt(
  { fileFrom }: ReportedStep,
  { record, outcomes }: RunItem,
): string | null {
  if (fileFrom === null) return record.key.toLowerCase();
  const file = outcomes.find(({ step }) => step === fileFrom)?.result?.['file'];
  return typeof file === 'string' ? file.toLowerCase() : null;
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
