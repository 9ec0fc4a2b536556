import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { CrashPoint, Files, World } from '../../src/core/world.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** When a life of the process ends early. */
export interface Death {
  /** At the n-th time this point is reached … */
  readonly point?: CrashPoint;
  readonly hit?: number;
  /** … or so many ms after the start. */
  readonly afterMs?: number;
}

/** The disk at once: simulated time must not go on while a real one works. */
const SYNCHRONOUS_FILES: Files = {
  readText: async (path) => readFileSync(path, 'utf8'),
  writeText: async (path, text) => writeFileSync(path, text),
  exists: async (path) => existsSync(path),
  async makeDirectory(path) {
    mkdirSync(path, { recursive: true });
  },
  remove: async (path) => rmSync(path, { force: true }),
  readBytes: () => notSimulated(),
  writeBytes: () => notSimulated(),
  readInput: () => notSimulated(),
  listFolder: () => notSimulated(),
  factsOf: () => notSimulated(),
  realPath: () => notSimulated(),
};

/** Sources that read local files are tested on a real disk. */
function notSimulated(): never {
  throw new Error('This part of the disk is not simulated');
}

const NEVER = new Promise<never>(() => undefined);

/**
 * One life of the runner's process. After its death nothing it waits for ever resolves, and the
 * databases it had open are taken away: what was not committed by then is lost.
 */
export class ProcessLife {
  readonly world: World;
  readonly died: Promise<'died'>;
  #isDead = false;
  #hits = 0;
  #declareDead: (end: 'died') => void = () => undefined;
  readonly #open: (() => void)[] = [];

  constructor(parts: {
    clock: VirtualClock;
    network: SimulatedNetwork;
    random: () => number;
    runId: () => string;
    death: Death | null;
  }) {
    const { clock, network, random, death } = parts;
    this.died = new Promise((resolve) => {
      this.#declareDead = resolve;
    });
    this.world = {
      clock: {
        now: () => clock.now(),
        monotonic: () => clock.monotonic(),
        sleep: (ms, signal) => this.#whileAlive(clock.sleep(ms, signal)),
        tick: () => this.#whileAlive(clock.sleep(0)),
      },
      random,
      ids: { runId: parts.runId },
      http: (request) => this.#whileAlive(network.exchange(request, () => !this.#isDead)),
      files: SYNCHRONOUS_FILES,
      crash: (point) => this.#reach(point, death),
    };
    if (death?.afterMs !== undefined) clock.after(death.afterMs, () => this.#die());
  }

  /** Remembers a database, to take it away at the death. */
  onOpen = (close: () => void): void => {
    this.#open.push(close);
  };

  /** The end of a life that was not killed: nothing of it goes on. */
  end(): void {
    this.#isDead = true;
  }

  #whileAlive<Value>(value: Promise<Value>): Promise<Value> {
    if (this.#isDead) return NEVER;
    return value.then(
      (settled) => (this.#isDead ? NEVER : settled),
      (error: unknown) => (this.#isDead ? NEVER : Promise.reject(error)),
    );
  }

  #reach(point: CrashPoint, death: Death | null): void | Promise<never> {
    if (this.#isDead) return NEVER;
    if (death?.point !== point) return;
    this.#hits += 1;
    if (this.#hits < (death.hit ?? 1)) return;
    this.#die();
    return NEVER;
  }

  #die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    for (const close of this.#open.reverse()) close();
    this.#declareDead('died');
  }
}
