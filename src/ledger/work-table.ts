import { ITEM_STATES, type ItemState } from '../core/item-state.ts';
import type { JsonObject } from '../core/json.ts';
import { keptJson } from './database-failure.ts';
import { keyToColumn } from './item-row.ts';
import type { Connection, Statement } from './open-database.ts';

/** Work that must not be done twice, as a ledger names it. */
export interface WorkKey {
  /** The first step of the job that does it: later ones with the same options do the same work. */
  readonly work: number;
  /** UUID of the file it is done on. */
  readonly file: string;
}

/** How work stands that an item was claimed for. Times are server time, ms; null if the ledger has none. */
export type WorkStanding = { readonly item: number; readonly step: number } & (
  | { readonly kind: 'done'; readonly result: JsonObject | null; readonly at: number | null }
  /** Sent at that time, and its end is not known: a remote job, or a request whose answer is missing. */
  | { readonly kind: 'open'; readonly at: number | null }
  | { readonly kind: 'in-doubt'; readonly at: number | null }
  /** A window that is under way has the item, and has not sent it yet. */
  | { readonly kind: 'claimed' }
  /** Nobody has it: it failed without effect, or its item waits for another try. */
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
  readonly result: string | null;
  readonly at: number | null;
  readonly sentAt: number | null;
  readonly startedAt: number | null;
}

const STANDING = `
SELECT works.item, works.step, items.step AS stands, items.state, items.open_sends AS sends,
  outcomes.state AS ended, outcomes.reason, outcomes.result, outcomes.at,
  (SELECT sent_at FROM attempts WHERE attempts.id = items.attempt) AS sentAt,
  (SELECT started_at FROM remote_jobs WHERE remote_jobs.item = items.seq) AS startedAt
FROM works JOIN items ON items.seq = works.item
LEFT JOIN outcomes ON outcomes.item = works.item AND outcomes.step = works.step
WHERE works.work = ? AND works.file = ?`;

/** Which item stands for which work; a ledger that is only read has the same. */
export class WorkTable {
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

  /** Notes that the item does this work from now on. */
  claim({ work, file }: WorkKey, { item, step }: { item: number; step: number }): void {
    this.#claim.run(work, keyToColumn(file), item, step);
  }

  /** Takes back the claim of an item; does nothing if another item has the work. */
  release({ work, file }: WorkKey, { item, step }: { item: number; step: number }): void {
    this.#release.run(work, keyToColumn(file), item, step);
  }

  /** How the work stands; null where no item was claimed for it. */
  standing({ work, file }: WorkKey): WorkStanding | null {
    const row = this.#standing.get(work, keyToColumn(file)) as WorkRow | undefined;
    return row === undefined ? null : standingOf(row);
  }
}

function standingOf(row: WorkRow): WorkStanding {
  const place = { item: row.item, step: row.step };
  return row.ended === null ? whileOpen(row, place) : afterEnd(row, ITEM_STATES[row.ended], place);
}

type Place = Pick<WorkStanding, 'item' | 'step'>;

function afterEnd(row: WorkRow, ended: ItemState | undefined, place: Place): WorkStanding {
  if (ended === 'in-doubt') return { ...place, kind: 'in-doubt', at: row.at };
  const isDone = ended === 'done' || (ended === 'skipped' && row.reason === 'done before');
  const kept = row.result === null ? null : keptJson<JsonObject>(row.result);
  const result = isDone ? kept : madeIn(kept);
  if (!isDone && result === null) return { ...place, kind: 'not-done' };
  return { ...place, kind: 'done', result, at: row.at };
}

/** What a failed step made all the same (see `Outcome`); null where it made nothing. */
function madeIn(kept: JsonObject | null): JsonObject | null {
  const made = kept?.['made'];
  return typeof made === 'object' && !Array.isArray(made) ? made : null;
}

/** Without an outcome of its own the item's state tells; "done" needs none. */
function whileOpen(row: WorkRow, place: Place): WorkStanding {
  const state = ITEM_STATES[row.state];
  if (row.stands > row.step || state === 'done') {
    return { ...place, kind: 'done', result: null, at: row.at };
  }
  if (state === 'waiting' || row.sends > 0) {
    return { ...place, kind: 'open', at: row.startedAt ?? row.sentAt };
  }
  if (state === 'in-doubt') return { ...place, kind: 'in-doubt', at: null };
  // An item that is pending again claims its work anew before it is sent.
  return { ...place, kind: state === 'running' ? 'claimed' : 'not-done' };
}
