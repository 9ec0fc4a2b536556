import type { Clock } from '../core/world.ts';
import { parseHttpDate } from './retry-after.ts';

const ADOPT_MS = 2000; // smaller differences may be the rounding to whole seconds
const HALF_SECOND_MS = 500; // the middle of the second that a Date header names

/** A moment on the wall clock and the monotonic clock, ms. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/** The Date header of an answer that has just arrived, and the time when its request was sent. */
export interface ObservedDate {
  readonly date: string | undefined;
  readonly sentAt: Moment;
  /** True if the service refused the signature of the request. Such a date is used at once. */
  readonly isRefusal?: boolean;
}

/**
 * An estimate of the service's time, from the Date headers of its answers. Signatures, intents and age
 * filters use it.
 */
export interface ServerClock {
  /** Server time, ms since 1970. */
  now(): number;
  /** Server time minus local time, ms; 0 until an answer shows a difference. */
  offset(): number;
  /**
   * True in two cases. The last Date header differed from this clock, and no later header confirmed one of
   * the two. Or the wall clock and the monotonic clock of this machine have diverged since that header: the
   * machine slept, or somebody set its clock.
   */
  isUntrusted(): boolean;
  /** True if an answer had a date, and the two clocks of this machine have not diverged since that answer. */
  hasServerTime(): boolean;
  /**
   * The current time of both clocks. The caller reads it before the request and passes it to `observe` with
   * the answer.
   */
  moment(): Moment;
  observe(observed: ObservedDate): void;
}

/** The service's time at a moment of this machine's clocks. */
interface Anchor extends Moment {
  readonly server: number;
}

/**
 * Creates a clock that shows the time of this machine until the service's time is known. One answer can have
 * a wrong date, so the clock changes only when two answers agree. Between answers, it follows the wall clock
 * or the monotonic clock of the machine, whichever advanced more: the wall clock may be set back, and the
 * monotonic clock may stop while the machine sleeps. So the time is rather too late than too early. If it
 * were too early, ucbulk would not wait long enough for a late effect of a request.
 */
export function createServerClock(clock: Clock): ServerClock {
  let anchor = createAnchor(clock.now());
  /** The time by the last answer, if it differs from the clock. It needs a second answer that agrees. */
  let candidate: Anchor | null = null;
  let hasObserved = false;

  return {
    now: () => timeFrom(anchor),
    offset: () => timeFrom(anchor) - clock.now(),
    isUntrusted: () => candidate !== null || haveDiverged(anchor),
    hasServerTime: () => hasObserved && !haveDiverged(anchor),
    moment,
    observe({ date, sentAt, isRefusal = false }) {
      const serverTime = parseHttpDate(date);
      if (serverTime === null) return;
      // The machine slept during the request, or its clock was set. Nobody knows how old the answer is.
      if (haveDiverged(sentAt) && !isRefusal) return;
      hasObserved = true;
      const halfRoundTrip = roundTripSince(sentAt) / 2;
      adopt(serverTime + HALF_SECOND_MS + halfRoundTrip, ADOPT_MS + halfRoundTrip, isRefusal);
    },
  };

  /**
   * Compares the clock with the measured time. A slow answer can explain a difference of up to `slackMs`. A
   * larger difference changes the clock if a second answer agrees.
   */
  function adopt(measured: number, slackMs: number, isRefusal: boolean): void {
    const agrees = (other: Anchor) => Math.abs(measured - timeFrom(other)) <= slackMs;
    const confirmsAnchor = agrees(anchor);
    const isAdopted = !confirmsAnchor && (isRefusal || (candidate !== null && agrees(candidate)));
    candidate = confirmsAnchor || isAdopted ? null : createAnchor(measured);
    anchor = createAnchor(isAdopted ? measured : timeFrom(anchor));
  }

  function timeFrom({ server, wall, monotonic }: Anchor): number {
    return Math.round(server + Math.max(clock.now() - wall, clock.monotonic() - monotonic));
  }

  function roundTripSince({ wall, monotonic }: Moment): number {
    return Math.max(0, Math.min(clock.now() - wall, clock.monotonic() - monotonic));
  }

  function haveDiverged({ wall, monotonic }: Moment): boolean {
    return Math.abs(clock.now() - wall - (clock.monotonic() - monotonic)) > ADOPT_MS;
  }

  function createAnchor(server: number): Anchor {
    return { server, ...moment() };
  }

  function moment(): Moment {
    return { wall: clock.now(), monotonic: clock.monotonic() };
  }
}
