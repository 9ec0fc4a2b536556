import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';

/** An item in the ledger. A state is a position in `pending, running, waiting, in-doubt, done, skipped, failed`. */
export interface LedgerItem {
  readonly seq: number;
  readonly key: string;
  readonly step: number;
  readonly state: number;
  readonly openSends: number;
}

/** The committed data at a moment, read without the engine's code. */
export interface LedgerSnapshot {
  readonly walkFinished: boolean;
  readonly deduplicated: boolean;
  readonly items: readonly LedgerItem[];
  /** Sums of the counters table, and of the items, as `step/state` → count. */
  readonly counters: ReadonlyMap<string, number>;
  readonly pages: readonly { no: number; cursor: string | null; next: string | null }[];
  /** Times of the intents of open attempts. */
  readonly openIntents: readonly number[];
  /** Times of the intents of attempts that were given up, and may still have an effect. */
  readonly lostIntents: readonly number[];
  /** Number of comparisons of the run with a new listing. */
  readonly sweeps: number;
}

interface ItemRow {
  seq: number;
  key: string | Buffer;
  step: number;
  state: number;
  open_sends: number;
}

/** Reads a ledger while the engine works on it. */
export class LedgerEye {
  readonly #database: Database.Database;
  readonly #queries: Record<
    'run' | 'items' | 'counters' | 'pages' | 'intents' | 'lost' | 'sweeps',
    Database.Statement
  >;
  #version = -1;
  #last: LedgerSnapshot | null = null;

  constructor(path: string) {
    this.#database = new Database(path, { readonly: true });
    const query = (sql: string) => this.#database.prepare(sql);
    this.#queries = {
      run: query('SELECT walk_finished, deduplicated FROM run'),
      items: query('SELECT seq, key, step, state, open_sends FROM items ORDER BY seq'),
      counters: query('SELECT step, state, count FROM counters WHERE count <> 0'),
      pages: query('SELECT no, cursor, next FROM pages ORDER BY no'),
      intents: query('SELECT sent_at FROM attempts WHERE ended_at IS NULL'),
      lost: query(
        'SELECT sent_at FROM attempts WHERE ended_at IS NOT NULL AND id IN (SELECT attempt FROM items WHERE open_sends > 0 OR state = 3)',
      ),
      sweeps: query('SELECT count(*) AS count FROM sweeps'),
    };
  }

  /** Opens the ledger at a path; null if it does not exist yet. */
  static open(path: string): LedgerEye | null {
    return existsSync(path) ? new LedgerEye(path) : null;
  }

  /** The latest commit. It is the same object as before if nothing was committed since. */
  look(): LedgerSnapshot {
    const version = this.#database.pragma('data_version', { simple: true }) as number;
    if (this.#last === null || version !== this.#version) this.#last = this.#read();
    this.#version = version;
    return this.#last;
  }

  close(): void {
    this.#database.close();
  }

  #read(): LedgerSnapshot {
    const { run, items, counters, pages, intents, lost, sweeps } = this.#queries;
    const state = run.get() as { walk_finished: number; deduplicated: number | null } | undefined;
    return {
      walkFinished: state?.walk_finished === 1,
      deduplicated: (state?.deduplicated ?? null) !== null,
      items: (items.all() as ItemRow[]).map(({ key, open_sends, ...rest }) => ({
        ...rest,
        key: typeof key === 'string' ? key : uuidOf(key),
        openSends: open_sends,
      })),
      counters: new Map(
        (counters.all() as { step: number; state: number; count: number }[]).map(
          ({ step, state, count }) => [`${step}/${state}`, count],
        ),
      ),
      pages: pages.all() as { no: number; cursor: string | null; next: string | null }[],
      openIntents: timesOf(intents),
      lostIntents: timesOf(lost),
      sweeps: (sweeps.get() as { count: number }).count,
    };
  }
}

function timesOf(query: Database.Statement): number[] {
  return (query.all() as { sent_at: number }[]).map(({ sent_at }) => sent_at);
}

function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
