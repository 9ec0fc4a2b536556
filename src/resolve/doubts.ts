import type { JsonObject } from '../core/json.ts';
import type { RunId } from '../core/run.ts';
import { madeFile } from '../engine/tasks/step-items.ts';
import { expectedEffect, makerIndex, type Step } from '../job/step-schemas.ts';
import type { LedgerReader, SendRecord } from '../ledger/ledger-reader.ts';
import type { OutcomeRecord } from '../ledger/outcome-table.ts';
import type { ItemRecord, RunItem } from '../ledger/run-items.ts';
import { readFromLedger, withReader } from '../ledger/with-reader.ts';
import { statePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';

/**
 * The stored facts about an item in doubt: its request was sent, and ucbulk can't find out the result. A
 * person needs these facts to decide if the request had its effect.
 */
export interface Doubt {
  readonly key: string;
  /** The id of the step that sent the request. `operation` and `options` describe this request. */
  readonly step: string;
  readonly operation: string;
  readonly options: JsonObject;
  /** The file on which the step works: the file of the item, or a file that an earlier step made. */
  readonly file: string;
  /** The time of the last attempt to send the request, in ms since 1970, by the clock of the service. */
  readonly sentAt: number | null;
  /** How often the request was sent; null if the run's database does not contain the number. */
  readonly sends: number | null;
  /** Number of items in the same request, including this one. */
  readonly together: number;
  readonly requestIds: readonly string[];
  /** The UUID of the new file, if the service returned it before the file was ready; otherwise null. */
  readonly promised: string | null;
  /** A code for the reason why the item is in doubt. `message` explains it in words. */
  readonly reason: string | null;
  readonly message: string | null;
  /** Describes how the project looks if the request had its effect. */
  readonly expected: string;
  /** True if ucbulk can search for files that may be the result of the request. */
  readonly makesFile: boolean;
}

/** An item in doubt, with the step of the job at which it is. */
export interface DoubtAtStep {
  readonly doubt: Doubt;
  readonly step: Step;
}

const PAGE = 100;

/**
 * Reads the items in doubt from the run's database, page by page, in the order in which the run selected
 * them.
 */
export function* readDoubts(
  stateDirectory: string,
  run: RunId,
  { limit = Number.POSITIVE_INFINITY }: { readonly limit?: number } = {},
): Generator<readonly DoubtAtStep[]> {
  yield* readFromLedger(statePaths(stateDirectory).ledger(run), function* (reader) {
    const { steps } = storedJob(reader.begun());
    let left = limit;
    for (let after = 0; left > 0; ) {
      const wanted = { after, limit: Math.min(PAGE, left), states: ['in-doubt'] } as const;
      const items = [...reader.runItems(wanted)];
      if (items.length === 0) return;
      yield toDoubts(reader, items, steps);
      after = items.at(-1)?.record.seq ?? after;
      left -= items.length;
    }
  });
}

/** Reads the item in doubt with this key; null if it is not in doubt. */
export function readDoubt(stateDirectory: string, run: RunId, key: string): DoubtAtStep | null {
  return withReader(statePaths(stateDirectory).ledger(run), (reader) => {
    const { steps } = storedJob(reader.begun());
    const items = reader.find({ key, state: 'in-doubt', after: 0, limit: 1 });
    return toDoubts(reader, items, steps)[0] ?? null;
  });
}

function toDoubts(
  reader: LedgerReader,
  items: readonly RunItem[],
  steps: readonly Step[],
): DoubtAtStep[] {
  const seqs = items.map(({ record }) => record.seq);
  const sends = new Map(reader.lastSends(seqs).map((send) => [send.item, send]));
  return items.flatMap(({ record, outcomes }) => {
    const step = steps[record.step];
    if (step === undefined) return [];
    const known = { step, steps, outcomes, send: sends.get(record.seq) };
    return [{ step, doubt: toDoubt(record, known) }];
  });
}

function toDoubt(
  record: ItemRecord,
  known: {
    readonly step: Step;
    readonly steps: readonly Step[];
    readonly send: SendRecord | undefined;
    readonly outcomes: readonly OutcomeRecord[];
  },
): Doubt {
  const { step, send } = known;
  const effect = expectedEffect(step);
  const { ids, promised } = parseRequestIds([record.requestId, send?.requestId ?? null]);
  return {
    key: record.key,
    step: step.id,
    operation: step.uses,
    options: step.with as JsonObject,
    file: findInputFile(record.key, known),
    sentAt: send?.sentAt ?? record.at,
    sends: send?.sends ?? null,
    together: send?.items ?? 1,
    requestIds: ids,
    promised,
    reason: record.reason,
    message: record.message,
    expected: effect.words,
    makesFile: effect.matches !== null,
  };
}

function findInputFile(
  key: string,
  {
    step,
    steps,
    outcomes,
  }: { step: Step; steps: readonly Step[]; outcomes: readonly OutcomeRecord[] },
): string {
  const resultAt = (index: number) =>
    outcomes.find((outcome) => outcome.step === index)?.result ?? null;
  return madeFile(makerIndex(step, steps), resultAt) ?? key;
}

/**
 * Splits the stored texts into request ids and the UUID of the new file. For a conversion, the run's database
 * stores the token and this UUID together in the place of the request id.
 */
function parseRequestIds(stored: readonly (string | null)[]): {
  ids: string[];
  promised: string | null;
} {
  let promised: string | null = null;
  const ids = stored.flatMap((text) => {
    if (text === null) return [];
    if (!text.startsWith('{')) return [text.split(' ')[0] ?? text];
    const { token, file } = JSON.parse(text) as { token?: unknown; file?: unknown };
    if (typeof file === 'string') promised = file;
    return token === undefined ? [] : [String(token)];
  });
  return { ids: [...new Set(ids)], promised };
}
