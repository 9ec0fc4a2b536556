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
  /** Takes the Date header of an answer; both times are our wall clock's. */
  observe(date: string | undefined, askedAt: number, answeredAt: number): void;
}

/** Our own clock until the service's is known. */
export function createServerClock(clock: Clock): ServerClock {
  let offset = 0;
  return {
    now: () => clock.now() + offset,
    offset: () => offset,
    observe(date, askedAt, answeredAt) {
      const serverTime = parseHttpDate(date);
      if (serverTime === null) return;
      const halfTrip = Math.max(0, answeredAt - askedAt) / 2;
      const measured = serverTime + HALF_SECOND_MS - (askedAt + halfTrip);
      // What a slow answer can explain is no reason to move the clock.
      if (Math.abs(measured - offset) > ADOPT_MS + halfTrip) offset = Math.round(measured);
    },
  };
}
