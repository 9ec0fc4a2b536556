import type { JsonObject } from '../core/json.ts';
import type { RunId } from '../core/run.ts';
import { madeFile } from '../engine/tasks/step-items.ts';
import { expectedEffect, makerOf, type Step } from '../job/step-schemas.ts';
import { type ItemRecord, LedgerReader, type SendRecord } from '../ledger/ledger-reader.ts';
import type { OutcomeRecord } from '../ledger/outcome-table.ts';
import { statePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';

/** All that the ledger has for who must decide what became of an item. */
export interface Doubt {
  readonly key: string;
  /** Id of the step, and what was sent there. */
  readonly step: string;
  readonly operation: string;
  readonly options: JsonObject;
  /** What it was sent for: the item's own file, or one that an earlier step made. */
  readonly file: string;
  /** Server time of the last send, ms. */
  readonly sentAt: number | null;
  /** How often the request left; null where that is not kept. */
  readonly sends: number | null;
  /** Items in that request, this one too. */
  readonly together: number;
  readonly requestIds: readonly string[];
  /** The file that the service said it would make. */
  readonly promised: string | null;
  /** Why nobody knows, as a code and in words. */
  readonly reason: string | null;
  readonly message: string | null;
  /** What the effect looks like where it happened. */
  readonly expected: string;
  /** Whether candidates for what it made can be listed. */
  readonly makesFile: boolean;
}

/** A doubt with its step as the job has it. */
export interface DoubtAtStep {
  readonly doubt: Doubt;
  readonly step: Step;
}

const PAGE = 100;

/** The items in doubt, in the order of the selection, a page at a time. */
export function* readDoubts(
  stateDirectory: string,
  run: RunId,
  { limit = Number.POSITIVE_INFINITY }: { readonly limit?: number } = {},
): Generator<readonly DoubtAtStep[]> {
  const reader = LedgerReader.open(statePaths(stateDirectory).ledger(run));
  try {
    const { steps } = storedJob(reader.begun());
    let left = limit;
    for (let after = 0; left > 0; ) {
      const wanted = { after, limit: Math.min(PAGE, left), states: ['in-doubt'] } as const;
      const records = [...reader.records(wanted)];
      if (records.length === 0) return;
      yield doubtsOf(reader, records, steps);
      after = records.at(-1)?.seq ?? after;
      left -= records.length;
    }
  } finally {
    reader.close();
  }
}

function doubtsOf(
  reader: LedgerReader,
  records: readonly ItemRecord[],
  steps: readonly Step[],
): DoubtAtStep[] {
  const seqs = records.map(({ seq }) => seq);
  const sends = new Map(reader.lastSends(seqs).map((send) => [send.item, send]));
  const outcomes = reader.stepOutcomes(seqs);
  return records.flatMap((record) => {
    const step = steps[record.step];
    if (step === undefined) return [];
    const known = {
      send: sends.get(record.seq),
      outcomes: outcomes.filter(({ item }) => item === record.seq),
    };
    return [{ step, doubt: doubtOf(record, { step, steps, ...known }) }];
  });
}

function doubtOf(
  record: ItemRecord,
  known: {
    readonly step: Step;
    readonly steps: readonly Step[];
    readonly send: SendRecord | undefined;
    readonly outcomes: readonly OutcomeRecord[];
  },
): Doubt {
  const { step, send } = known;
  const look = expectedEffect(step);
  const { ids, promised } = idsOf([record.requestId, send?.requestId ?? null]);
  return {
    key: record.key,
    step: step.id,
    operation: step.uses,
    options: step.with as JsonObject,
    file: fileActedOn(record.key, known),
    sentAt: send?.sentAt ?? record.at,
    sends: send?.sends ?? null,
    together: send?.items ?? 1,
    requestIds: ids,
    promised,
    reason: record.reason,
    message: record.message,
    expected: look.words,
    makesFile: look.matches !== null,
  };
}

function fileActedOn(
  key: string,
  {
    step,
    steps,
    outcomes,
  }: { step: Step; steps: readonly Step[]; outcomes: readonly OutcomeRecord[] },
): string {
  const resultAt = (place: number) =>
    outcomes.find((outcome) => outcome.step === place)?.result ?? null;
  return madeFile(makerOf(step, steps), resultAt) ?? key;
}

/** A conversion's token is kept with the file it was to make. */
function idsOf(kept: readonly (string | null)[]): { ids: string[]; promised: string | null } {
  let promised: string | null = null;
  const ids = kept.flatMap((text) => {
    if (text === null) return [];
    if (!text.startsWith('{')) return [text.split(' ')[0] ?? text];
    const { token, file } = JSON.parse(text) as { token?: unknown; file?: unknown };
    if (typeof file === 'string') promised = file;
    return token === undefined ? [] : [String(token)];
  });
  return { ids: [...new Set(ids)], promised };
}
