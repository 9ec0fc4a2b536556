import type { JsonObject } from '../core/json.ts';
import type { Random } from '../core/world.ts';
import type { JobKind, Operation } from '../operations/operation.ts';
import { DurationTable, type LearnedDurations } from './duration-table.ts';
import { pollDelay } from './poll-schedule.ts';

/** Where durations outlive a run. */
export interface DurationStore {
  /** What earlier runs learned of a kind of job; null where nothing. */
  readonly learned: (kind: string) => LearnedDurations | null;
  readonly keep: (kind: string, learned: JsonObject) => void;
}

/** Ends after which what was learned is kept, so that a kill loses little of it. */
const ENDS_A_SAVE = 50;

/** How long the remote jobs of this run take, by kind: learned from its own polls and those of runs before it. */
export class JobDurations {
  readonly #store: DurationStore;
  readonly #random: Random;
  readonly #tables = new Map<string, DurationTable>();
  readonly #unkept = new Map<string, number>();

  constructor(store: DurationStore, random: Random) {
    this.#store = store;
    this.#random = random;
  }

  /** How long to wait before a job of this age is asked about, ms. */
  pollDelay(kind: JobKind, ageMs: number): number {
    return pollDelay(this.#table(kind), ageMs, this.#random);
  }

  /** A job was found running at `toMs` after its start, and last before that at `fromMs`. */
  ran(kind: JobKind, fromMs: number, toMs: number): void {
    this.#table(kind).ran(fromMs, toMs);
  }

  /** A job that was running at `fromMs` was found ended at `toMs`. */
  ended(kind: JobKind, fromMs: number, toMs: number): void {
    this.#table(kind).ended(fromMs, toMs);
    const unkept = (this.#unkept.get(kind.name) ?? 0) + 1;
    this.#unkept.set(kind.name, unkept);
    if (unkept >= ENDS_A_SAVE) this.keep();
  }

  /** Keeps what was learned since it was kept last. */
  keep(): void {
    for (const name of this.#unkept.keys()) {
      const table = this.#tables.get(name);
      if (table !== undefined) this.#store.keep(name, table.toJson());
    }
    this.#unkept.clear();
  }

  #table({ name, typicalMs }: JobKind): DurationTable {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const table = new DurationTable(typicalMs, this.#store.learned(name));
    this.#tables.set(name, table);
    return table;
  }
}

/** When a job that has just begun is asked about, in server time. */
export function firstPollAt({
  operation,
  durations,
  serverNow,
}: {
  readonly operation: Operation;
  readonly durations: JobDurations;
  readonly serverNow: () => number;
}): number {
  if (operation.shape !== 'remote') throw new Error(`${operation.kind} starts no remote jobs`);
  return serverNow() + durations.pollDelay(operation.job, 0);
}
