import type { JsonObject } from '../../core/json.ts';
import type { Random } from '../../core/world.ts';
import type { JobKind, Operation } from '../../operations/operation.ts';
import { binIndex, binStart, DurationTable, type LearnedDurations } from './duration-table.ts';
import { nextReading } from './next-reading.ts';

/** Keeps the learned durations of jobs after the run has ended. */
export interface DurationStore {
  /** The durations of a kind of job that earlier runs learned; null if there are none. */
  readonly learned: (kind: string) => LearnedDurations | null;
  readonly keep: (kind: string, learned: JsonObject) => void;
}

/**
 * ucbulk stores the durations after this number of finished jobs. A killed process loses at most this many.
 */
const JOBS_PER_SAVE = 50;

/** Durations of remote jobs by kind, learned from the polls of this run and of earlier runs. */
export class JobDurations {
  readonly #store: DurationStore;
  readonly #random: Random;
  readonly #tables = new Map<string, DurationTable>();
  readonly #unkept = new Map<string, number>();

  constructor(store: DurationStore, random: Random) {
    this.#store = store;
    this.#random = random;
  }

  /** Delay before the next poll of a job of this age, ms. */
  pollDelay(kind: JobKind, ageMs: number): number {
    return pollDelay(this.#table(kind), ageMs, this.#random);
  }

  /** Records that a job was running at age `toMs`. Its previous poll was at age `fromMs`. */
  ran(kind: JobKind, fromMs: number, toMs: number): void {
    this.#table(kind).ran(fromMs, toMs);
  }

  /** Records that a job that was running at age `fromMs` had ended at age `toMs`. */
  ended(kind: JobKind, fromMs: number, toMs: number): void {
    this.#table(kind).ended(fromMs, toMs);
    const unkept = (this.#unkept.get(kind.name) ?? 0) + 1;
    this.#unkept.set(kind.name, unkept);
    if (unkept >= JOBS_PER_SAVE) this.keep();
  }

  /** Stores the durations that were learned since the last call. */
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

/** Due time of the first poll of a new job, server time, ms. `token` identifies the job. */
export function firstPollAt(
  token: string,
  {
    operation,
    durations,
    serverNow,
    isLastItem,
  }: {
    readonly operation: Operation;
    readonly durations: JobDurations;
    readonly serverNow: () => number;
    readonly isLastItem: () => boolean;
  },
): number {
  if (operation.shape !== 'remote') throw new Error(`${operation.kind} starts no remote jobs`);
  const due = serverNow() + durations.pollDelay(operation.job, 0);
  const isNamed = operation.newFiles?.isNamedIn(token) === true;
  return isNamed && !isLastItem() ? nextReading(due, 0) : due;
}

/**
 * How much a late result counts compared with the cost of a poll. A higher value means more polls and less
 * delay. With this value, `remove_bg` needs at most 4.2 requests an item (docs/decisions/0009).
 */
const EAGERNESS = 9.3;
/** Shortest pause between polls, ms. */
const MIN_WAIT_MS = 250;
/** Lowest ratio of the age of a job at a poll to its age at the previous poll. */
const MIN_GROWTH = 1.1;
/** Highest ratio of the age of a job at a poll to its age at the previous poll. */
const MAX_GROWTH = 4;
/**
 * Longest pause between polls, ms. It must be shorter than `MAX_POSTPONE_MS` of the work loop. The work loop
 * treats any longer delay as the effect of a wrong clock.
 */
const MAX_WAIT_MS = 15 * 60_000;
/**
 * Relative jitter of a pause. Without it, jobs that began together would always be polled together. With it,
 * the table also measures ends at many different ages.
 */
const JITTER = 0.2;

/**
 * The delay until the next poll of a job of this age, in whole ms. The frequency of polls is proportional to
 * the square root of the hazard (the likelihood that the job ends now). So polls are rare while the job can
 * hardly have ended, and frequent when most jobs end.
 */
export function pollDelay(table: DurationTable, ageMs: number, random: Random): number {
  const age = Math.max(0, ageMs);
  const wanted = nextAge(table, age, 1 - JITTER + 2 * JITTER * random()) - age;
  const least = Math.max(MIN_WAIT_MS, age * (MIN_GROWTH - 1));
  const most = Math.max(least, age > 0 ? age * (MAX_GROWTH - 1) : Number.POSITIVE_INFINITY);
  return Math.ceil(Math.min(Math.max(least, wanted), most, MAX_WAIT_MS));
}

/** The age at which the next `polls` polls of a job of age `ageMs` have been made. */
function nextAge(table: DurationTable, ageMs: number, polls: number): number {
  let left = polls;
  let age = Math.max(ageMs, binStart(0));
  for (let bin = binIndex(age); ; bin += 1) {
    const density = Math.sqrt(EAGERNESS * table.hazard(bin));
    const end = binStart(bin + 1);
    const inBin = density * Math.max(0, Math.log(end / age));
    if (inBin >= left || end > ageMs + MAX_WAIT_MS) return age * Math.exp(left / density);
    left -= inBin;
    age = Math.max(age, end);
  }
}
