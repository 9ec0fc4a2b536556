import type { World } from '../core/world.ts';
import { createSystemClock } from './system-clock.ts';
import { createSystemFiles } from './system-files.ts';
import { createSystemIds } from './system-ids.ts';
import { createUndiciExchange, type ExchangeOptions } from './undici-exchange.ts';

/** The real clock, disk and network. It has open connections, so `close` must be called at the end. */
export interface SystemWorld extends World {
  close(): Promise<void>;
}

/** Creates the `World` that the program uses. Tests use others. */
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
