import type { Clock } from '../core/world.ts';
import { parseHttpDate } from './http-date.ts';

const ADOPT_MS = 2000; // Date has whole seconds; smaller differences are rounding
const HALF_SECOND_MS = 500; // the middle of the second that a Date header names

/** A Date header with the moments, by the server clock, at which its request left and was answered. */
export interface ObservedDate {
  readonly date: string | undefined;
  readonly askedAt: number;
  readonly answeredAt: number;
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
  observe(observed: ObservedDate): void;
}

/** Server time at a moment of our two clocks. */
interface Anchor {
  readonly server: number;
  readonly wall: number;
  readonly monotonic: number;
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

  return {
    now: () => since(anchor),
    offset: () => since(anchor) - clock.now(),
    isUnsure: () => rival !== null || wentApart(anchor),
    observe({ date, askedAt, answeredAt, isRefusal = false }) {
      const serverTime = parseHttpDate(date);
      if (serverTime === null) return;
      const halfTrip = Math.max(0, answeredAt - askedAt) / 2;
      const measured = serverTime + HALF_SECOND_MS + halfTrip;
      // What a slow answer can explain is no reason to move the clock.
      const agrees = (other: Anchor) => Math.abs(measured - since(other)) <= ADOPT_MS + halfTrip;
      const isKept = agrees(anchor);
      const isTaken = !isKept && (isRefusal || (rival !== null && agrees(rival)));
      rival = isKept || isTaken ? null : anchoredAt(measured);
      anchor = anchoredAt(isTaken ? measured : since(anchor));
    },
  };

  function since({ server, wall, monotonic }: Anchor): number {
    return Math.round(server + Math.max(clock.now() - wall, clock.monotonic() - monotonic));
  }

  function wentApart({ wall, monotonic }: Anchor): boolean {
    return Math.abs(clock.now() - wall - (clock.monotonic() - monotonic)) > ADOPT_MS;
  }

  function anchoredAt(server: number): Anchor {
    return { server, wall: clock.now(), monotonic: clock.monotonic() };
  }
}
