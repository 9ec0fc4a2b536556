import { deriveSeed, mixBits, unitInterval } from '../core/integer-hash.ts';

/** The add-ons (api 8). */
export const ADDONS = [
  'uc_clamav_virus_scan',
  'remove_bg',
  'aws_rekognition_detect_labels',
  'aws_rekognition_detect_moderation_labels',
] as const;

/** The name of an add-on in its path. */
export type Addon = (typeof ADDONS)[number];

/** Work whose status has an endpoint, by token or request id. */
export const JOB_KINDS = ['convert_document', 'convert_video', ...ADDONS] as const;

/** Work that continues after the request was answered. */
export type WorkKind = 'local_copy' | (typeof JOB_KINDS)[number];

/** The duration of a kind of work by the emulator's clock, and its outcomes. */
export interface WorkOptions {
  /** The median duration; default by kind, from 1 s for a copy to 20 s for a video. */
  readonly medianMs?: number;
  /** Standard deviation of the duration's logarithm; 0 means always the median. Default 0.4. */
  readonly sigma?: number;
  /** Share of its time that a conversion is `pending`; default 0.3. */
  readonly pendingShare?: number;
  /** How long the status of a new add-on run is `unknown` (api 15.24); default 300. */
  readonly hiddenMs?: number;
  /** Share that fails; default 0. */
  readonly failedShare?: number;
  /** Share of conversions that are cancelled; default 0. */
  readonly cancelledShare?: number;
  /** Share that never ends: a copy stays of size 0, a job stays `processing`; default 0. */
  readonly endlessShare?: number;
  /** Share whose token is forgotten (404, `unknown`) although the work is done; default 0. */
  readonly lostShare?: number;
}

/** The duration and outcome of one piece of work, decided when it starts. */
export interface WorkPlan {
  /** Microseconds. */
  readonly duration: number;
  readonly outcome: 'done' | 'failed' | 'cancelled' | 'endless' | 'lost';
}

// not recorded, but for copies: "about a second later GET shows the real values" (api 3.6).
const MEDIANS_MS: Readonly<Record<WorkKind, number>> = {
  local_copy: 1000,
  convert_document: 4000,
  convert_video: 20_000,
  uc_clamav_virus_scan: 2000,
  remove_bg: 5000,
  aws_rekognition_detect_labels: 1500,
  aws_rekognition_detect_moderation_labels: 1500,
};

/** Options by kind of work. */
export type WorkSettings = Partial<Readonly<Record<WorkKind, WorkOptions>>>;

/** Decides durations and outcomes from seed, kind and number, so that open work uses no memory. */
export class WorkPlanner {
  readonly #seed: number | string;
  #settings: WorkSettings;

  constructor(seed: number | string, settings: WorkSettings) {
    this.#seed = seed;
    this.#settings = settings;
  }

  /** Changes the options of work that starts later. Other kinds keep theirs. */
  set(settings: WorkSettings): void {
    this.#settings = { ...this.#settings, ...settings };
  }

  optionsOf(kind: WorkKind): WorkOptions {
    return this.#settings[kind] ?? {};
  }

  /** The plan of the n-th work of a kind. */
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

// Box-Muller: makes a normally distributed number from two uniform ones.
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

/** Checks work settings from JSON. Throws an error with the place if they are wrong. */
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
