import type { World } from '../core/world.ts';
import { createSystemClock } from './system-clock.ts';
import { createSystemFiles } from './system-files.ts';
import { createSystemIds } from './system-ids.ts';
import { createUndiciExchange, type ExchangeOptions } from './undici-exchange.ts';

/** The real world. It holds sockets, so its creator must close it. */
export interface SystemWorld extends World {
  close(): Promise<void>;
}

/** The world of the shipped program. */
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
