import type { Clock } from '../core/world.ts';
import { parseHttpDate } from './retry-after.ts';

const ADOPT_MS = 2000; // Date has whole seconds; smaller differences are rounding
const HALF_SECOND_MS = 500; // the middle of the second that a Date header names

/** A moment by our two clocks, ms. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/** A Date header of an answer that came now, with the moment at which its request left. */
export interface ObservedDate {
  readonly date: string | undefined;
  readonly asked: Moment;
  /** True where it came with a refusal of the signature: that is taken at its word at once. */
  readonly isRefusal?: boolean;
}

/** The service's time as far as its Date headers tell: signatures and age filters go by it. */
export interface ServerClock {
  /** Server time, ms since 1970. */
  now(): number;
  /** Server time minus ours, ms; 0 until answers told better. */
  offset(): number;
  /**
   * True where the last Date header spoke against this clock and none has said the same since, and
   * where our two clocks went apart since the last one: the machine slept, or somebody set its clock.
   */
  isUnsure(): boolean;
  /** True once an answer had a date, and our two clocks have not gone apart since. */
  isHeard(): boolean;
  /** The present, to be given back with the answer. */
  moment(): Moment;
  observe(observed: ObservedDate): void;
}

/** Server time at a moment. */
interface Anchor extends Moment {
  readonly server: number;
}

/**
 * Our own clock until the service's is known. Two answers that agree move it: a single machine of
 * the service, or between us, may have a wrong clock, and intents and settle times go by this one.
 *
 * Between answers it goes on by whichever of our two clocks went further: the wall clock may be set
 * back, the monotonic one may stand still while the machine sleeps. Too late is safe, too early is
 * not: a late effect would not be waited for.
 */
export function createServerClock(clock: Clock): ServerClock {
  let anchor = anchoredAt(clock.now());
  /** What the last answer would have it be, where that is something else. */
  let rival: Anchor | null = null;
  let heard = false;

  return {
    now: () => since(anchor),
    offset: () => since(anchor) - clock.now(),
    isUnsure: () => rival !== null || wentApart(anchor),
    isHeard: () => heard && !wentApart(anchor),
    moment,
    observe({ date, asked, isRefusal = false }) {
      const serverTime = parseHttpDate(date);
      if (serverTime === null) return;
      // Our clock was set, or the machine slept, on the way: how old the answer is nobody knows.
      if (wentApart(asked) && !isRefusal) return;
      heard = true;
      const halfTrip = tripSince(asked) / 2;
      hear(serverTime + HALF_SECOND_MS + halfTrip, ADOPT_MS + halfTrip, isRefusal);
    },
  };

  /** What a slow answer can explain, its slack, is no reason to move the clock. */
  function hear(measured: number, slackMs: number, isRefusal: boolean): void {
    const agrees = (other: Anchor) => Math.abs(measured - since(other)) <= slackMs;
    const isKept = agrees(anchor);
    const isTaken = !isKept && (isRefusal || (rival !== null && agrees(rival)));
    rival = isKept || isTaken ? null : anchoredAt(measured);
    anchor = anchoredAt(isTaken ? measured : since(anchor));
  }

  function since({ server, wall, monotonic }: Anchor): number {
    return Math.round(server + Math.max(clock.now() - wall, clock.monotonic() - monotonic));
  }

  function tripSince({ wall, monotonic }: Moment): number {
    return Math.max(0, Math.min(clock.now() - wall, clock.monotonic() - monotonic));
  }

  function wentApart({ wall, monotonic }: Moment): boolean {
    return Math.abs(clock.now() - wall - (clock.monotonic() - monotonic)) > ADOPT_MS;
  }

  function anchoredAt(server: number): Anchor {
    return { server, ...moment() };
  }

  function moment(): Moment {
    return { wall: clock.now(), monotonic: clock.monotonic() };
  }
}
