import type { Clock } from '../core/world.ts';
import { parseHttpDate } from './http-date.ts';

const ADOPT_MS = 2000; // Date has whole seconds; smaller differences are rounding
const HALF_SECOND_MS = 500; // the middle of the second that a Date header names

/** The service's time as far as its Date headers tell: signatures and age filters go by it. */
export interface ServerClock {
  /** Server time, ms since 1970. */
  now(): number;
  /** Server time minus ours, ms; 0 until an answer told better. */
  offset(): number;
  /** Takes the Date header of an answer; both times are this clock's. */
  observe(date: string | undefined, askedAt: number, answeredAt: number): void;
}

/**
 * Our own clock until the service's is known. Between answers it goes on by whichever of our two
 * clocks went further: the wall clock may be set back, the monotonic one may stand still while the
 * machine sleeps. Too late is safe, too early is not: a late effect would not be waited for.
 */
export function createServerClock(clock: Clock): ServerClock {
  let anchor = anchoredAt(clock.now());
  const now = () => {
    const byWall = clock.now() - anchor.wall;
    return Math.round(anchor.server + Math.max(byWall, clock.monotonic() - anchor.monotonic));
  };
  return {
    now,
    offset: () => now() - clock.now(),
    observe(date, askedAt, answeredAt) {
      const serverTime = parseHttpDate(date);
      if (serverTime === null) return;
      const halfTrip = Math.max(0, answeredAt - askedAt) / 2;
      const measured = serverTime + HALF_SECOND_MS + halfTrip;
      // What a slow answer can explain is no reason to move the clock.
      const isOff = Math.abs(measured - now()) > ADOPT_MS + halfTrip;
      anchor = anchoredAt(isOff ? measured : now());
    },
  };

  function anchoredAt(server: number) {
    return { server, wall: clock.now(), monotonic: clock.monotonic() };
  }
}
