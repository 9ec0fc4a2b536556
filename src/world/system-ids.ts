import { randomInt } from 'node:crypto';
import type { Ids } from '../core/world.ts';

const RANDOM_VALUES = 36 ** 4;

/**
 * Creates ids such as `20261121-204501-9kx7k2`: date and time in UTC, then the ms in base 36 and random
 * characters.
 */
export function createSystemIds(now: () => number): Ids {
  return {
    runId() {
      const [date = '', time = ''] = new Date(now()).toISOString().split('T');
      const ms = base36(Number(time.slice(9, 12)), 2);
      const day = date.replaceAll('-', '');
      const second = time.slice(0, 8).replaceAll(':', '');
      return `${day}-${second}-${ms}${base36(randomInt(RANDOM_VALUES), 4)}`;
    },
  };
}

function base36(value: number, digits: number): string {
  return value.toString(36).padStart(digits, '0');
}
