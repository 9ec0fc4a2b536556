import type { JsonObject, JsonValue } from '../../core/json.ts';

/** Lower edge of the first bin, ms. No poll comes before this age, so lower bins would not help. */
const FIRST_EDGE_MS = 250;
/** Ratio of a bin's upper edge to its lower edge. */
const RATIO = 1.2;
/** Number of bins. They cover ages up to a day. */
const BINS = 70;
/** Width of a bin on a logarithmic scale. */
const WIDTH = Math.log(RATIO);
/** About this many recent jobs determine the table. With each new job, older jobs have less influence. */
const MEMORY = 300;
/**
 * Spread (standard deviation of the logarithm) of the durations before any job was measured. It is large,
 * because nothing is known yet.
 */
const GUESSED_SIGMA = 0.9;
/** Weight of the guess. In each bin, it counts as much as one measured job that ran through the bin. */
const GUESS_WEIGHT = WIDTH;
/**
 * Lowest and highest hazard that a guess may have. The hazard is the likelihood that a running job ends now.
 */
const GUESS_BOUNDS = { lowest: 0.02, highest: 1.5 };

/**
 * How likely a remote job of one kind is to end at each age. The ages are divided into bins on a logarithmic
 * scale. Two polls show only that a job was running at one age and had ended at a later age. So the table
 * divides the end of the job among the bins between these two ages, in proportion to their likelihood. Jobs
 * that are still running count too. Otherwise the table would show mostly short jobs, because they end first.
 */
export class DurationTable {
  readonly #ended: Float64Array;
  /** The time that jobs spent in each bin, measured on the logarithmic scale. */
  readonly #exposed: Float64Array;
  readonly #guess: readonly number[];

  /** `typicalMs` is the guessed median duration, ms. The table uses it until enough jobs have ended. */
  constructor(typicalMs: number, learned: LearnedDurations | null = null) {
    this.#guess = guessedHazards(typicalMs);
    this.#ended = Float64Array.from(learned?.ended ?? new Array<number>(BINS).fill(0));
    this.#exposed = Float64Array.from(learned?.exposed ?? new Array<number>(BINS).fill(0));
  }

  /**
   * Records that a job was found running at age `toMs`. `fromMs` is its age at the poll before; 0 means its
   * start.
   */
  ran(fromMs: number, toMs: number): void {
    for (const { bin, share } of overlaps(fromMs, toMs)) {
      this.#exposed[bin] = at(this.#exposed, bin) + share * WIDTH;
    }
  }

  /** Records that a job had ended at age `toMs`. It was still running at age `fromMs`. */
  ended(fromMs: number, toMs: number): void {
    this.#fade();
    const parts = this.#likelihoods(fromMs, Math.max(toMs, fromMs + 1));
    for (const { bin, share, ends, survives } of parts) {
      this.#ended[bin] = at(this.#ended, bin) + ends;
      this.#exposed[bin] = at(this.#exposed, bin) + share * WIDTH * (survives + ends / 2);
    }
  }

  /** The hazard in a bin: how likely a running job is to end there, per unit of the logarithm of the age. */
  hazard(bin: number): number {
    const place = Math.min(Math.max(bin, 0), BINS - 1);
    const guessed = GUESS_WEIGHT * (this.#guess[place] ?? 0);
    return (at(this.#ended, place) + guessed) / (at(this.#exposed, place) + GUESS_WEIGHT);
  }

  /** The likelihood that a job which runs at age `fromMs` still runs at age `toMs`. */
  survival(fromMs: number, toMs: number): number {
    const parts = overlaps(fromMs, toMs).map(({ bin, share }) => this.hazard(bin) * share * WIDTH);
    return Math.exp(-parts.reduce((total, part) => total + part, 0));
  }

  /** The table in the form that is stored for the next run. */
  toJson(): JsonObject {
    return { ended: rounded(this.#ended), exposed: rounded(this.#exposed) };
  }

  #fade(): void {
    for (let bin = 0; bin < BINS; bin += 1) {
      this.#ended[bin] = at(this.#ended, bin) * (1 - 1 / MEMORY);
      this.#exposed[bin] = at(this.#exposed, bin) * (1 - 1 / MEMORY);
    }
  }

  /**
   * For each bin between the two ages: how likely the job ended in this bin, and how likely it ended later.
   */
  #likelihoods(fromMs: number, toMs: number) {
    let alive = 1;
    const parts = overlaps(fromMs, toMs).map(({ bin, share }) => {
      const survives = alive * Math.exp(-this.hazard(bin) * share * WIDTH);
      const ends = alive - survives;
      alive = survives;
      return { bin, share, ends, survives };
    });
    const endsAtAll = 1 - alive;
    return parts.map(({ bin, share, ends, survives }) => ({
      bin,
      share,
      ends: ends / endsAtAll,
      survives: (survives - alive) / endsAtAll,
    }));
  }
}

/** The stored bins of a table. */
export interface LearnedDurations {
  readonly ended: readonly number[];
  readonly exposed: readonly number[];
}

/** Parses a stored table. Returns null if its format is not known; ucbulk then learns a new table. */
export function parseLearnedDurations(value: JsonValue): LearnedDurations | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { ended, exposed } = value;
  return isBins(ended) && isBins(exposed) ? { ended, exposed } : null;
}

/** The index of the bin that contains an age; negative for ages below the first bin. */
export function binIndex(ageMs: number): number {
  return Math.floor(Math.log(Math.max(ageMs, 1) / FIRST_EDGE_MS) / WIDTH);
}

/** The lower edge of a bin, ms. */
export function binStart(bin: number): number {
  return FIRST_EDGE_MS * RATIO ** bin;
}

function overlaps(fromMs: number, toMs: number): { bin: number; share: number }[] {
  const from = binPosition(fromMs);
  const to = binPosition(toMs);
  const parts: { bin: number; share: number }[] = [];
  for (let bin = Math.floor(from); bin < BINS && bin < to; bin += 1) {
    parts.push({ bin, share: Math.min(bin + 1, to) - Math.max(bin, from) });
  }
  return parts.length > 0 ? parts : [{ bin: Math.min(BINS - 1, Math.floor(from)), share: 0.001 }];
}

/** The position of an age on the axis of bins. The fraction is the position inside the bin. */
function binPosition(ageMs: number): number {
  return Math.max(0, Math.log(Math.max(ageMs, FIRST_EDGE_MS) / FIRST_EDGE_MS) / WIDTH);
}

/**
 * The guessed hazards before any job was measured. They assume log-normal durations and lie within
 * `GUESS_BOUNDS`.
 */
function guessedHazards(typicalMs: number): number[] {
  return Array.from({ length: BINS }, (_, bin) => {
    const middle = Math.log(binStart(bin + 0.5) / typicalMs) / GUESSED_SIGMA;
    const hazard = logisticHazard(middle) / GUESSED_SIGMA;
    return Math.min(GUESS_BOUNDS.highest, Math.max(GUESS_BOUNDS.lowest, hazard));
  });
}

/**
 * The hazard of a logistic distribution with the same spread as the normal distribution. Its formula is
 * simple, and near the median the two are close.
 */
function logisticHazard(z: number): number {
  const scale = Math.PI / Math.sqrt(3);
  return scale / (1 + Math.exp(-z * scale));
}

function isBins(value: JsonValue | undefined): value is number[] {
  return (
    Array.isArray(value) &&
    value.length === BINS &&
    value.every((number) => typeof number === 'number' && number >= 0)
  );
}

function rounded(bins: Float64Array): number[] {
  return Array.from(bins, (value) => Math.round(value * 1000) / 1000);
}

function at(bins: Float64Array, bin: number): number {
  return bins[bin] ?? 0;
}
