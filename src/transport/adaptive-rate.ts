import { HIGHEST_RATE, type LimitShare } from '../core/limit-share.ts';
import { AcceptedLog } from './accepted-log.ts';
import { holdLength } from './hold-length.ts';
import type { AnsweredRequest, RateControl } from './rate-control.ts';
import { SHORT_PAUSE_MS } from './retry-after.ts';
import { Surplus } from './surplus.ts';

/** Bounds of the search. */
export interface AdaptiveRateOptions {
  /** The limit that another run learned. */
  readonly learned?: number;
  /** The user's maximum rate. */
  readonly max?: number;
}

const START = 10;
const MIN_RATE = 0.2; // one request in 5 s: anything slower would look like a hang
const SEARCH_GROWTH = 1.2; // for each accepted request, requests per second: doubles about each 0.6 s
const CLEARLY_ACCEPTED = 2 * START; // a few answers that arrive together look like a rate above START
const AFTER_SEARCH = 0.95; // of the accepted rate: 429s that follow correct it
const LARGEST_CUT = 0.6; // of the limit, for one burst of 429s below the limit
const CUT_WITHOUT_MEASUREMENT = 0.9;

// After a 429 the next requests are sent a little slower, so that their jitter finds a free slot.
const SPARED_REQUESTS = 10;
const SPARED_SHARE = 0.1;
// How much more than the limit a probe sends: so much that about half a request in flight is too many.
const TOO_MANY_IN_FLIGHT = 0.5;
const STEP = {
  confirmed: { smallest: 0.02, largest: 0.2 },
  unconfirmed: { smallest: 0.1, largest: 0.25 },
  raised: 0.35,
} as const;
// A surplus above this proves that the limit is higher. Differences in latency look like a small surplus.
const PROOF = { requests: 2, perRootOfInFlight: 0.8, shareOfProbe: 0.25 } as const;
const MOST_AHEAD = 4; // times the accepted rate of the last second, which lags behind a doubling rate
const UNUSED_SLOTS = 3; // with fewer unused slots, answers only overtook each other

/**
 * Finds the rate limit of the service, which is not published, and uses all of it. It has three phases:
 * - search: until the first 429, the rate doubles about each 0.6 s.
 * - hold: requests are sent at the limit as the 429s measured it (`AcceptedLog`).
 * - probe: after some 100 to 400 requests, a little more than the limit is sent. Usually a 429 soon ends the probe
 *   and measures the limit anew. If the service instead accepts a surplus, the limit is higher than it was:
 *   it is raised, and the probe continues with a larger step.
 * All phases count requests, not time, so they work at 3 and at 1000 requests per second. Only requests that
 * used the full rate count, so an idle run can't reach a rate that it never tried.
 */
export function createAdaptiveRate(options: AdaptiveRateOptions = {}): RateControl {
  return new AdaptiveRate(options);
}

class AdaptiveRate implements RateControl {
  #max: number;
  readonly #log = new AcceptedLog();
  readonly #surplus = new Surplus();
  #phase: 'search' | 'hold' | 'probe';
  /** The limit as far as it is known. */
  #limit: number;
  /** Requests of the current phase. */
  #sent = 0;
  /** True if a probe of the current limit ended with a 429. */
  #isConfirmed = false;
  /** True if a 429, or the surplus of a probe, has shown the limit. */
  #isMeasured = false;
  /** The share by which a probe exceeds the limit; null until it was raised. */
  #raisedStep: number | null = null;
  #latencyMs = 100;
  /** The pause that the last 429 asked for all requests, ms; 0 if it was short. */
  #pauseMs = 0;
  /** Number of runs that share the limit. */
  #runs = 1;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #cutAt = Number.NEGATIVE_INFINITY;
  #lastSentAt = Number.NEGATIVE_INFINITY;

  constructor({ learned, max = HIGHEST_RATE }: AdaptiveRateOptions) {
    this.#max = Math.min(max, HIGHEST_RATE);
    // The maximum does not change this number, because the user may raise the maximum later.
    this.#limit = bounded(learned ?? START, HIGHEST_RATE);
    this.#phase = learned === undefined ? 'search' : 'hold';
  }

  rate(): number {
    if (this.#phase === 'probe') return bounded(this.#probeRate(), this.#max);
    const isSpared = this.#phase === 'hold' && this.#sent < SPARED_REQUESTS;
    return bounded(this.#limit * (isSpared ? 1 - SPARED_SHARE : 1), this.#max);
  }

  limit(): number {
    if (this.#phase !== 'search' || this.#limit >= this.#max) {
      return Math.min(this.#limit, this.#max);
    }
    // No 429 has shown the limit yet. It is at least the rate that the service accepted.
    return Math.min(this.#limit, Math.max(START, this.#log.recentRate(this.#answeredAt)));
  }

  isMeasured(): boolean {
    return this.#isMeasured || (this.#phase === 'search' && this.limit() >= CLEARLY_ACCEPTED);
  }

  accepted({ sentAt, now, latencyMs }: AnsweredRequest): void {
    this.#latencyMs = latencyMs;
    this.#answeredAt = now;
    this.#log.add(now);
    this.#surplus.add(sentAt, now, this.#limit);
    if (sentAt < this.#cutAt || !this.#usesRate(sentAt, now)) return;
    this.#sent += 1;
    if (this.#phase === 'search') {
      this.#limit = Math.max(this.#limit, bounded(this.#limit + SEARCH_GROWTH, this.#max));
    } else if (this.#phase === 'hold') {
      if (this.#sent >= this.#holdLength()) this.#startProbe();
    } else if (this.#surplus.value > this.#proof()) {
      this.#raise(now);
    }
  }

  throttled({ sentAt, now }: AnsweredRequest, retryAfterMs: number): void {
    if (sentAt <= this.#cutAt) return; // a part of the burst that was answered before
    const waitMs = retryAfterMs > SHORT_PAUSE_MS ? retryAfterMs : 0;
    const isProbeRefused = this.#phase === 'probe' && this.#raisedStep === null;
    this.#pauseMs = waitMs;
    this.#limit = bounded(this.#limitAfter429(now), this.#max);
    this.#isConfirmed = isProbeRefused;
    this.#isMeasured = true;
    this.#log.refuse(now + waitMs);
    this.#surplus.restart(now + waitMs, { noSlotIsFree: true });
    this.#phase = 'hold';
    this.#sent = 0;
    this.#cutAt = now;
    this.#lastSentAt = now;
  }

  share({ runs, fairRate, freedRate }: LimitShare): void {
    if (runs > this.#runs) {
      // A part of the limit now belongs to others.
      this.#limit = bounded((this.#limit * this.#runs) / runs, this.#max);
      this.#log.forget();
      this.#isConfirmed = false;
    }
    this.#runs = runs;
    if (freedRate > 0) this.#limit = bounded(this.#limit + freedRate, this.#max);
    if (fairRate !== null) this.#limit = bounded(Math.sqrt(this.#limit * fairRate), this.#max);
  }

  limitTo(max: number, now: number): void {
    this.#max = Math.min(max, HIGHEST_RATE);
    this.#surplus.restart(now);
  }

  #limitAfter429(now: number): number {
    const rate = this.rate();
    const measured = this.#log.limit(now);
    if (this.#pauseMs > 0) return Math.min(rate, measured ?? rate);
    if (this.#phase === 'search') {
      const recent = Math.min(rate, Math.max(rate / 2, this.#log.recentRate(now)));
      return Math.max(measured ?? 0, AFTER_SEARCH * recent);
    }
    // A probe only raises the limit; a 429 below the limit only lowers it.
    if (this.#phase === 'probe') return Math.max(this.#limit, Math.min(rate, measured ?? 0));
    const lowered = Math.min(this.#limit, measured ?? CUT_WITHOUT_MEASUREMENT * this.#limit);
    return Math.max(LARGEST_CUT * this.#limit, lowered);
  }

  #holdLength(): number {
    return holdLength({
      limit: this.#limit,
      runs: this.#runs,
      isConfirmed: this.#isConfirmed,
      pauseMs: this.#pauseMs,
    });
  }

  #startProbe(): void {
    this.#phase = 'probe';
    this.#sent = 0;
    this.#raisedStep = null;
  }

  #probeRate(): number {
    const limit = this.#limit;
    const { smallest, largest } = this.#isConfirmed ? STEP.confirmed : STEP.unconfirmed;
    const gentle = TOO_MANY_IN_FLIGHT / Math.max(1, this.#inFlight());
    const step = this.#raisedStep ?? Math.min(largest, Math.max(smallest, gentle));
    // At a low unconfirmed rate a share would be too small to find the limit soon.
    return Math.max(limit * (1 + step), this.#isConfirmed ? 0 : limit + 1);
  }

  #proof(): number {
    const { requests, perRootOfInFlight, shareOfProbe } = PROOF;
    const beyondLimit = (1 - this.#limit / this.#probeRate()) * this.#sent;
    const jitter = perRootOfInFlight * Math.sqrt(this.#inFlight());
    return requests + jitter + shareOfProbe * beyondLimit;
  }

  #raise(now: number): void {
    const raised = this.#probeRate();
    this.#raisedStep = Math.min(STEP.raised, 2 * (raised / this.#limit - 1));
    this.#limit = bounded(raised, this.#max);
    this.#isMeasured = true;
    this.#surplus.restart(now);
    this.#sent = 0;
  }

  #inFlight(): number {
    return (this.#limit * this.#latencyMs) / 1000;
  }

  /**
   * True if few slots stayed unused since the request before, and if the rate is not far above what was really
   * sent. Slots that are granted in bursts pass the first check even if the program is too slow for the rate.
   */
  #usesRate(sentAt: number, now: number): boolean {
    const gap = sentAt - this.#lastSentAt;
    this.#lastSentAt = Math.max(this.#lastSentAt, sentAt);
    const isNear = this.rate() <= Math.max(2 * START, MOST_AHEAD * this.#log.recentRate(now));
    return isNear && gap <= (UNUSED_SLOTS * 1000) / this.rate();
  }
}

function bounded(rate: number, max: number): number {
  return Math.min(max, Math.max(MIN_RATE, rate));
}
