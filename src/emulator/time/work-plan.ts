import { deriveSeed, mixBits, unitInterval } from '../core/integer-hash.ts';

/**
 * The names of the add-ons (docs/uploadcare-api.md 8). An add-on analyses or changes a file, e.g. it looks
 * for viruses or removes the background.
 */
export const ADDONS = [
  'uc_clamav_virus_scan',
  'remove_bg',
  'aws_rekognition_detect_labels',
  'aws_rekognition_detect_moderation_labels',
] as const;

/** The name of an add-on, as in its path. */
export type Addon = (typeof ADDONS)[number];

/** Kinds of work with a status that a client can request, by a token or a request id. */
export const JOB_KINDS = ['convert_document', 'convert_video', ...ADDONS] as const;

/** The kinds of work that continue after the service has answered the request that started them. */
export type WorkKind = 'local_copy' | (typeof JOB_KINDS)[number];

/** How long one kind of work takes on the emulator's clock, and how it ends. */
export interface WorkOptions {
  /**
   * The median duration in ms. The default depends on the kind: from 1,000 for a copy to 20,000 for a video.
   */
  readonly medianMs?: number;
  /**
   * Standard deviation of the logarithm of the duration. With 0, each duration is the median. Default 0.4.
   */
  readonly sigma?: number;
  /**
   * Share of a conversion's duration for which it is `pending`; after that, it is `processing`. Default 0.3.
   */
  readonly pendingShare?: number;
  /**
   * Time in ms for which the status of a new add-on run is `unknown` (docs/uploadcare-api.md 15.24). Default
   * 300.
   */
  readonly hiddenMs?: number;
  /** Share of this kind of work that fails. Default 0. */
  readonly failedShare?: number;
  /** Share of conversions that end as `cancelled`. Default 0. */
  readonly cancelledShare?: number;
  /**
   * Share of this kind of work that never ends: a copy keeps the size 0, and a conversion or add-on run keeps
   * its status. Default 0.
   */
  readonly endlessShare?: number;
  /**
   * Share of this kind of work whose result exists, but whose status the service has forgotten: it answers
   * 404 or `unknown`. Default 0.
   */
  readonly lostShare?: number;
}

/** The duration and the outcome of one copy, conversion or add-on run. Both are decided when it starts. */
export interface WorkPlan {
  /** In microseconds. */
  readonly duration: number;
  readonly outcome: 'done' | 'failed' | 'cancelled' | 'endless' | 'lost';
}

// Median durations of each kind of work. They are assumptions: no recording of the real service shows them.
// The exception is a copy, which is complete about a second after the request (docs/uploadcare-api.md 3.6).
const MEDIANS_MS: Readonly<Record<WorkKind, number>> = {
  local_copy: 1000,
  convert_document: 4000,
  convert_video: 20_000,
  uc_clamav_virus_scan: 2000,
  remove_bg: 5000,
  aws_rekognition_detect_labels: 1500,
  aws_rekognition_detect_moderation_labels: 1500,
};

/** The options of each kind of work. A kind that is missing has the defaults. */
export type WorkSettings = Partial<Readonly<Record<WorkKind, WorkOptions>>>;

/**
 * Decides how long work takes and how it ends. Computes both from the seed, the kind of work and a number, so
 * the plans of unfinished work need no memory.
 */
export class WorkPlanner {
  readonly #seed: number | string;
  #settings: WorkSettings;

  constructor(seed: number | string, settings: WorkSettings) {
    this.#seed = seed;
    this.#settings = settings;
  }

  /** Replaces the options of the given kinds. Only work that starts later is affected. */
  set(settings: WorkSettings): void {
    this.#settings = { ...this.#settings, ...settings };
  }

  optionsOf(kind: WorkKind): WorkOptions {
    return this.#settings[kind] ?? {};
  }

  /** The plan for the work of a kind with this number. */
  plan(kind: WorkKind, number: number): WorkPlan {
    const options = this.optionsOf(kind);
    const bits = mixBits(deriveSeed(this.#seed, kind), number);
    const spread = Math.exp((options.sigma ?? 0.4) * normal(bits));
    const duration = Math.round((options.medianMs ?? MEDIANS_MS[kind]) * spread * 1000);
    return { duration, outcome: outcomeOf(options, unitInterval(mixBits(bits, 3))) };
  }
}

function outcomeOf(options: WorkOptions, chance: number): WorkPlan['outcome'] {
  const { failedShare = 0, cancelledShare = 0, endlessShare = 0, lostShare = 0 } = options;
  if (chance < failedShare) return 'failed';
  if (chance < failedShare + cancelledShare) return 'cancelled';
  if (chance < failedShare + cancelledShare + endlessShare) return 'endless';
  if (chance < failedShare + cancelledShare + endlessShare + lostShare) return 'lost';
  return 'done';
}

// Converts two uniformly distributed numbers to a normally distributed one (Box-Muller transform).
function normal(bits: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - unitInterval(mixBits(bits, 1))));
  return radius * Math.cos(2 * Math.PI * unitInterval(mixBits(bits, 2)));
}

const KINDS: readonly string[] = ['local_copy', ...JOB_KINDS];
const TIMES: readonly (keyof WorkOptions)[] = ['medianMs', 'sigma', 'hiddenMs'];
const SHARES: readonly (keyof WorkOptions)[] = [
  'pendingShare',
  'failedShare',
  'cancelledShare',
  'endlessShare',
  'lostShare',
];

/** Checks work settings that came as JSON. Throws an error that names the wrong option. */
export function parseWorkSettings(value: unknown): WorkSettings {
  for (const [kind, options] of Object.entries(Object(value))) {
    if (!KINDS.includes(kind))
      throw new Error(`Unknown kind of work \`${kind}\`. Use one of ${KINDS.join(', ')}`);
    for (const [name, number] of Object.entries(Object(options))) checkOption(kind, name, number);
  }
  return value as WorkSettings;
}

function checkOption(kind: string, name: string, value: unknown): void {
  const isTime = TIMES.some((known) => known === name);
  if (!isTime && !SHARES.some((known) => known === name)) {
    throw new Error(
      `Unknown option \`${name}\` of ${kind}. Use one of ${[...TIMES, ...SHARES].join(', ')}`,
    );
  }
  const highest = isTime ? Number.MAX_SAFE_INTEGER : 1;
  if (typeof value !== 'number' || !(value >= 0) || value > highest) {
    throw new Error(
      `\`${name}\` of ${kind} must be a number ${isTime ? 'of 0 or more' : 'from 0 to 1'}, got ${JSON.stringify(value)}`,
    );
  }
}
