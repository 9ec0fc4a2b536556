import type { JsonObject } from '../../core/json.ts';
import type { Random } from '../../core/world.ts';
import type { JobKind, Operation } from '../../operations/operation.ts';
import { binOf, binStart, DurationTable, type LearnedDurations } from './duration-table.ts';

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

/** What a poll may cost beside a delay of a whole duration: more polls, less delay (decision 0009). */
const EAGERNESS = 12;
/** A poll comes at least so much later than the one before it, ms. */
const MIN_WAIT_MS = 250;
/** … and at least by this share of the job's age. */
const MIN_GROWTH = 1.1;
/** … and at no more than so many times it, where it has been asked about before. */
const MAX_GROWTH = 4;
/** No job is left alone for longer, ms; below what the work loop takes for a clock that was wrong. */
const MAX_WAIT_MS = 15 * 60_000;
/** Jobs that began together are not asked about together, and the table sees ends at all ages. */
const JITTER = 0.2;

/**
 * How long to wait until a job of this age is asked about (again), whole ms. Polls are as dense as
 * the square root of how likely the job is to end there: few before it can have ended, most
 * where most jobs end.
 */
export function pollDelay(table: DurationTable, ageMs: number, random: Random): number {
  const age = Math.max(0, ageMs);
  const wanted = nextAge(table, age, 1 - JITTER + 2 * JITTER * random()) - age;
  const least = Math.max(MIN_WAIT_MS, age * (MIN_GROWTH - 1));
  const most = Math.max(least, age > 0 ? age * (MAX_GROWTH - 1) : Number.POSITIVE_INFINITY);
  return Math.ceil(Math.min(Math.max(least, wanted), most, MAX_WAIT_MS));
}

/** The age by which so many polls are worth their while, from this one on. */
function nextAge(table: DurationTable, ageMs: number, polls: number): number {
  let left = polls;
  let age = Math.max(ageMs, binStart(0));
  for (let bin = binOf(age); ; bin += 1) {
    const density = Math.sqrt(EAGERNESS * table.hazard(bin));
    const end = binStart(bin + 1);
    const inBin = density * Math.max(0, Math.log(end / age));
    if (inBin >= left || end > ageMs + MAX_WAIT_MS) return age * Math.exp(left / density);
    left -= inBin;
    age = Math.max(age, end);
  }
}
