import { ITEM_STATES, type ItemState } from '../core/item-state.ts';
import type { JsonObject } from '../core/json.ts';
import type { Connection, Statement } from './connection.ts';
import { parseStoredJson } from './database-failure.ts';
import { keyToColumn } from './item-row.ts';

/** Identifies work that must not be done twice: an operation with its options, on one file. */
export interface WorkKey {
  /** Index of the first step in the job that has this operation with these options. */
  readonly work: number;
  /** UUID of the file on which the step works. */
  readonly file: string;
}

/**
 * The state of work that an item has claimed. Times are server time, ms; null if the ledger has no time for
 * it.
 */
export type WorkStanding = { readonly item: number; readonly step: number } & (
  | {
      readonly kind: 'done';
      readonly result: JsonObject | null;
      readonly at: number | null;
      /** Present if the item failed after it had made a file, such as one with unexpected content. */
      readonly hasFailed?: true;
      /** Present if the item was skipped because an earlier run did the work: the message that names this run. */
      readonly doneBefore?: string;
    }
  /**
   * The item was sent at this time, and its result is unknown: a remote job is running, or the answer was
   * lost.
   */
  | { readonly kind: 'open'; readonly at: number | null }
  | { readonly kind: 'in-doubt'; readonly at: number | null }
  /** The item was claimed and is not sent yet. */
  | { readonly kind: 'claimed' }
  /** Nobody has done the work: it failed without effect, or its item waits for a retry. */
  | { readonly kind: 'not-done' }
);

interface WorkRow {
  readonly item: number;
  readonly step: number;
  readonly stands: number;
  readonly state: number;
  readonly sends: number;
  readonly ended: number | null;
  readonly reason: string | null;
  readonly message: string | null;
  readonly result: string | null;
  readonly at: number | null;
  readonly sentAt: number | null;
  readonly startedAt: number | null;
}

const STANDING = `
SELECT works.item, works.step, items.step AS stands, items.state, items.open_sends AS sends,
  outcomes.state AS ended, outcomes.reason, outcomes.message, outcomes.result, outcomes.at,
  (SELECT sent_at FROM attempts WHERE attempts.id = items.attempt) AS sentAt,
  (SELECT started_at FROM remote_jobs WHERE remote_jobs.item = items.seq) AS startedAt
FROM works JOIN items ON items.seq = works.item
LEFT JOIN outcomes ON outcomes.item = works.item AND outcomes.step = works.step
WHERE works.work = ? AND works.file = ?`;

/** Records for each piece of work which item has claimed it. */
export class UniqueWorkTable {
  readonly #claim: Statement;
  readonly #release: Statement;
  readonly #standing: Statement;

  constructor(database: Connection) {
    this.#claim = database.prepare(
      'INSERT OR REPLACE INTO works (work, file, item, step) VALUES (?, ?, ?, ?)',
    );
    this.#release = database.prepare(
      'DELETE FROM works WHERE work = ? AND file = ? AND item = ? AND step = ?',
    );
    this.#standing = database.prepare(STANDING);
  }

  /** Records that the item does this work. */
  claim({ work, file }: WorkKey, { item, step }: { item: number; step: number }): void {
    this.#claim.run(work, keyToColumn(file), item, step);
  }

  /** Removes the claim of an item. Does nothing if another item has claimed the work. */
  release({ work, file }: WorkKey, { item, step }: { item: number; step: number }): void {
    this.#release.run(work, keyToColumn(file), item, step);
  }

  /** The state of the work; null if no item has claimed it. */
  standing({ work, file }: WorkKey): WorkStanding | null {
    const row = this.#standing.get(work, keyToColumn(file)) as WorkRow | undefined;
    return row === undefined ? null : toStanding(row);
  }
}

function toStanding(row: WorkRow): WorkStanding {
  const owner = { item: row.item, step: row.step };
  return row.ended === null
    ? standingBeforeOutcome(row, owner)
    : standingAfterOutcome(row, ITEM_STATES[row.ended], owner);
}

/** The reasons of skipped items whose work is done: by an earlier run, or the object is in the bucket. */
const DONE_REASONS: readonly (string | null)[] = ['done before', 'exists'];

type WorkOwner = Pick<WorkStanding, 'item' | 'step'>;

function standingAfterOutcome(
  row: WorkRow,
  ended: ItemState | undefined,
  owner: WorkOwner,
): WorkStanding {
  if (ended === 'in-doubt') return { ...owner, kind: 'in-doubt', at: row.at };
  const isDone = ended === 'done' || (ended === 'skipped' && DONE_REASONS.includes(row.reason));
  const stored = row.result === null ? null : parseStoredJson<JsonObject>(row.result);
  const result = isDone ? stored : partialResult(stored);
  if (!isDone && result === null) return { ...owner, kind: 'not-done' };
  const { at, reason, message } = row;
  return {
    ...owner,
    kind: 'done',
    result,
    at,
    ...(!isDone && { hasFailed: true }),
    ...(reason === 'done before' && message !== null && { doneBefore: message }),
  };
}

/** The result that a step made although it failed later (see `Outcome`); null if it made nothing. */
function partialResult(stored: JsonObject | null): JsonObject | null {
  const made = stored?.['made'];
  return typeof made === 'object' && !Array.isArray(made) ? made : null;
}

/**
 * The state of work without a recorded outcome; it follows from the state of the item. There is no recorded
 * outcome if the step ended as done with neither a result nor a warning.
 */
function standingBeforeOutcome(row: WorkRow, owner: WorkOwner): WorkStanding {
  const state = ITEM_STATES[row.state];
  if (row.stands > row.step || state === 'done') {
    return { ...owner, kind: 'done', result: null, at: row.at };
  }
  if (state === 'waiting' || row.sends > 0) {
    return { ...owner, kind: 'open', at: row.startedAt ?? row.sentAt };
  }
  if (state === 'in-doubt') return { ...owner, kind: 'in-doubt', at: null };
  // A pending item has no valid claim: it must claim its work again before it is sent.
  return { ...owner, kind: state === 'running' ? 'claimed' : 'not-done' };
}
