import type { World } from '../core/world.ts';
import { createSystemClock } from './system-clock.ts';
import { createSystemFiles } from './system-files.ts';
import { createSystemIds } from './system-ids.ts';
import { createUndiciExchange, type ExchangeOptions } from './undici-exchange.ts';

/** The real clock, disk and network. It has open connections, so its user must call `close` at the end. */
export interface SystemWorld extends World {
  close(): Promise<void>;
}

/** Creates the `World` for the program. Tests create a `World` of their own. */
export function createSystemWorld(options: ExchangeOptions = {}): SystemWorld {
  const clock = createSystemClock();
  const { http, close } = createUndiciExchange(options);
  return {
    clock,
    random: () => Math.random(),
    ids: createSystemIds(clock.now),
    http,
    files: createSystemFiles(),
    crash: () => {},
    close,
  };
}
