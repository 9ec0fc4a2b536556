import type { Clock } from '../core/world.ts';
import { parseHttpDate } from './retry-after.ts';

const ADOPT_MS = 2000; // Date has whole seconds: smaller differences are rounding
const HALF_SECOND_MS = 500; // the middle of the second that a Date header names

/** A moment on the wall clock and the monotonic clock, ms. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/** The Date header of an answer that has just arrived, and the moment when its request was sent. */
export interface ObservedDate {
  readonly date: string | undefined;
  readonly sentAt: Moment;
  /** True if the answer refused the signature. Such a date is trusted immediately. */
  readonly isRefusal?: boolean;
}

/** The service's time, estimated from its Date headers; used for signatures and age filters. */
export interface ServerClock {
  /** Server time, ms since 1970. */
  now(): number;
  /** Server time minus local time, ms; 0 until an answer shows a difference. */
  offset(): number;
  /**
   * True if the last Date header contradicted this clock and no later header has confirmed it. Also true if
   * the wall clock and the monotonic clock have diverged since that header: the machine slept, or somebody
   * set its clock.
   */
  isUntrusted(): boolean;
  /**
   * True if an answer had a date, and the wall clock and the monotonic clock have not diverged since that
   * answer.
   */
  hasServerTime(): boolean;
  /** The current moment. The caller passes it to `observe` together with the answer. */
  moment(): Moment;
  observe(observed: ObservedDate): void;
}

/** The server time at a moment. */
interface Anchor extends Moment {
  readonly server: number;
}

/**
 * Creates a clock that shows local time until the service's time is known.
 * The clock changes only after two answers agree, because one server or a proxy may have a wrong clock.
 * Intents and settle times depend on this clock.
 * Between answers the clock follows the wall clock or the monotonic clock, whichever advanced more. The wall
 * clock may be set back, and the monotonic clock may stop while the machine sleeps. A time that is too late
 * is safe. A time that is too early is not: ucbulk would not wait for a late effect.
 */
export function createServerClock(clock: Clock): ServerClock {
  let anchor = createAnchor(clock.now());
  /** The server time by the last answer, if it differs from the current anchor. */
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
      // The machine slept during the request, or its clock was set. The age of the answer is then unknown.
      if (haveDiverged(sentAt) && !isRefusal) return;
      hasObserved = true;
      const halfRoundTrip = roundTripSince(sentAt) / 2;
      adopt(serverTime + HALF_SECOND_MS + halfRoundTrip, ADOPT_MS + halfRoundTrip, isRefusal);
    },
  };

  /**
   * Adopts the measured time only if it differs by more than `slackMs`, the error that a slow answer can
   * explain.
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
