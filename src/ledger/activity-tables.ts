import type { RunProcess, RunSample } from '../core/run-sample.ts';
import type { StateCounts } from '../core/state-counts.ts';
import type { Wait } from '../core/wait.ts';
import type { Connection, Statement } from './connection.ts';
import { schemaVersion } from './migrate.ts';
import { writeWaits } from './wait-table.ts';

/** Beyond this number of samples, every second one is removed. */
export const MAX_SAMPLES = 4000;
/** Beyond this number of events, the oldest are removed. */
const MAX_EVENTS = 1000;

/** An event of a run, as text for people. */
export interface EventNote {
  readonly at: number;
  readonly kind: string;
  readonly text: string;
}

/** The numbers of a sample that only the running process knows. */
type Measured = Pick<RunSample, 'at' | 'rate' | 'closedMs'> & { readonly counts: StateCounts };

const COLUMNS = `at, rate, requests, throttled, closed_ms AS closedMs, done, skipped, failed,
  in_doubt AS inDoubt, waiting`;

/** Writes how the run works: its process, samples of its numbers, and its events. */
export class ActivityTables {
  readonly #setProcess: Statement;
  readonly #last: Statement;
  readonly #insert: Statement;
  readonly #move: Statement;
  readonly #thin: Statement;
  readonly #addEvent: Statement;
  readonly #dropEvents: Statement;
  /** Number of rows; null until it was counted. */
  #samples: number | null = null;
  readonly #count: Statement;
  #notes: EventNote[] = [];
  readonly #database: Connection;

  constructor(database: Connection) {
    this.#database = database;
    this.#setProcess = database.prepare(
      'INSERT OR REPLACE INTO process (id, pid, host, started_at) VALUES (1, @pid, @host, @startedAt)',
    );
    this.#last = database.prepare(`SELECT ${COLUMNS} FROM samples ORDER BY at DESC LIMIT 2`);
    // A clock that was set back may give a time that has a sample already.
    this.#insert = database.prepare(
      `INSERT OR REPLACE INTO samples
       SELECT @at, @rate, requests, throttled, @closedMs, @done, @skipped, @failed, @inDoubt, @waiting
       FROM run`,
    );
    this.#move = database.prepare('DELETE FROM samples WHERE at = ?');
    this.#thin = database.prepare(
      `DELETE FROM samples WHERE at IN (
         SELECT at FROM (SELECT at, row_number() OVER (ORDER BY at) AS no FROM samples)
         WHERE no % 2 = 0 AND at < (SELECT max(at) FROM samples))`,
    );
    this.#count = database.prepare('SELECT count(*) FROM samples').pluck();
    this.#addEvent = database.prepare(
      'INSERT INTO events (at, kind, text) VALUES (@at, @kind, @text)',
    );
    this.#dropEvents = database.prepare(
      `DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - ${MAX_EVENTS}`,
    );
  }

  /** Records which process works on the run from now on. */
  setProcess(process: RunProcess): void {
    this.#setProcess.run(process);
  }

  /** Saves the current waits of the run, and the events since the last sample. */
  setWaits(waits: ReadonlyMap<string, Wait>): void {
    writeWaits(this.#database, waits);
    this.#writeNotes();
  }

  /** Remembers an event. The next sample or the next change of the waits writes it. */
  note(event: EventNote): void {
    this.#notes.push(event);
  }

  /** Writes an event at once, in the transaction of the caller. */
  writeNote(event: EventNote): void {
    this.note(event);
    this.#writeNotes();
  }

  /**
   * Adds a sample, and the events since the last one. While nothing changes, only the first and the last sample
   * stay.
   */
  addSample({ at, rate, closedMs, counts }: Measured): void {
    const { done, skipped, failed, waiting } = counts;
    const [last, before] = this.#last.all() as RunSample[];
    this.#insert.run({
      at: Math.round(at),
      rate,
      closedMs: Math.round(closedMs),
      done,
      skipped,
      failed,
      waiting,
      inDoubt: counts['in-doubt'],
    });
    const [added] = this.#last.all() as RunSample[];
    const isFlat = [last, before].every((other) => isSame(other, added));
    if (isFlat && last !== undefined) this.#move.run(last.at);
    else this.#limit();
    this.#writeNotes();
  }

  /** All samples of the run, oldest first. */
  samples(): RunSample[] {
    return readSamples(this.#database);
  }

  #limit(): void {
    this.#samples = this.#samples === null ? Number(this.#count.get()) : this.#samples + 1;
    if (this.#samples <= MAX_SAMPLES) return;
    this.#thin.run();
    this.#samples = null;
  }

  #writeNotes(): void {
    const notes = this.#notes.splice(0);
    for (const note of notes) this.#addEvent.run({ ...note, at: Math.round(note.at) });
    if (notes.length > 0) this.#dropEvents.run();
  }
}

/** The record of how a run works, as another process reads it. */
export interface RunActivity {
  /** The process that works on the run, or did so last; null if a ledger is older than this record. */
  readonly process: RunProcess | null;
  /** The newest samples, oldest first: those of the last `windowMs`, and the one before. */
  readonly samples: readonly RunSample[];
}

/** Reads how a run works. The samples reach back `windowMs` from the newest one. */
export function readActivity(database: Connection, windowMs: number): RunActivity {
  if (schemaVersion(database) < 3) return { process: null, samples: [] };
  const process = database
    .prepare('SELECT pid, host, started_at AS startedAt FROM process')
    .get() as RunProcess | undefined;
  const samples = database
    .prepare(
      `SELECT ${COLUMNS} FROM samples WHERE at >= coalesce(
         (SELECT max(at) FROM samples WHERE at <= (SELECT max(at) FROM samples) - ?), 0) ORDER BY at`,
    )
    .all(windowMs) as RunSample[];
  return { process: process ?? null, samples };
}

/** Reads all samples of a run, oldest first. */
export function readSamples(database: Connection): RunSample[] {
  if (schemaVersion(database) < 3) return [];
  return database.prepare(`SELECT ${COLUMNS} FROM samples ORDER BY at`).all() as RunSample[];
}

/** Reads the last events of a run, oldest first. */
export function readEvents(database: Connection): EventNote[] {
  if (schemaVersion(database) < 3) return [];
  return database.prepare('SELECT at, kind, text FROM events ORDER BY id').all() as EventNote[];
}

/** True if nothing but the time differs. */
function isSame(one: RunSample | undefined, other: RunSample | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const { requests, done, skipped, failed, inDoubt, waiting } = one;
  return (
    requests === other.requests &&
    done === other.done &&
    skipped === other.skipped &&
    failed === other.failed &&
    inDoubt === other.inDoubt &&
    waiting === other.waiting
  );
}
