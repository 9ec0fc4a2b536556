import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
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
  async *readBytes(path, from) {
    yield readFileSync(path).subarray(from);
  },
  async writeBytes(path, chunks) {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    writeFileSync(path, Buffer.concat(parts));
  },
  rename: async (from, to) => renameSync(from, to),
  async writeFrom(path, offset, bytes) {
    const before = existsSync(path) ? readFileSync(path).subarray(0, offset) : Buffer.alloc(0);
    writeFileSync(path, Buffer.concat([before, bytes]));
  },
  readInput: () => {
    throw new Error('A simulated process has no input');
  },
  async listFolder(path) {
    return readdirSync(path, { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      kind: entry.isDirectory() ? 'folder' : 'file',
    }));
  },
  async factsOf(path) {
    const facts = statSync(path);
    const kind = facts.isDirectory() ? 'folder' : 'file';
    return { kind, size: facts.size, modifiedAt: facts.mtimeMs };
  },
  realPath: async (path) => realpathSync(path),
};

/** A disk of which any use may fail. */
function checkedFiles(before: () => void): Files {
  const disk = SYNCHRONOUS_FILES;
  const checked =
    <Args extends unknown[], Result>(use: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      before();
      return use(...args);
    };
  return {
    readText: checked(disk.readText),
    writeText: checked(disk.writeText),
    exists: checked(disk.exists),
    makeDirectory: checked(disk.makeDirectory),
    remove: checked(disk.remove),
    async *readBytes(path, from) {
      before();
      yield* disk.readBytes(path, from);
    },
    writeBytes: checked(disk.writeBytes),
    rename: checked(disk.rename),
    writeFrom: checked(disk.writeFrom),
    readInput: disk.readInput,
    listFolder: checked(disk.listFolder),
    factsOf: checked(disk.factsOf),
    realPath: checked(disk.realPath),
  };
}

/** A promise of its own each time: all that waits for one is kept for as long as it is. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

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
    /** What our wall clock is ahead of the service's, ms. */
    skew?: () => number;
    /** Called before every use of the disk; throws what the disk would. */
    beforeFile?: () => void;
  }) {
    const { clock, network, random, death, skew = () => 0, beforeFile } = parts;
    this.died = new Promise((resolve) => {
      this.#declareDead = resolve;
    });
    this.world = {
      clock: {
        now: () => clock.now() + skew(),
        monotonic: () => clock.monotonic(),
        sleep: (ms, signal) => this.#whileAlive(clock.sleep(ms, signal)),
        tick: () => this.#whileAlive(clock.sleep(0)),
      },
      random,
      ids: { runId: parts.runId },
      // The dead send nothing, and hear of nothing.
      http: (request) =>
        this.#isDead ? never() : this.#whileAlive(network.exchange(request, () => !this.#isDead)),
      files: beforeFile === undefined ? SYNCHRONOUS_FILES : checkedFiles(beforeFile),
      crash: (point) => this.#reach(point, death),
    };
    if (death?.afterMs !== undefined) clock.after(death.afterMs, () => this.die());
  }

  /** Remembers a database, to take it away at the death. */
  onOpen = (close: () => void): void => {
    this.#open.push(close);
  };

  /** The end of a life that was not killed: nothing of it goes on. */
  end(): void {
    this.#isDead = true;
  }

  /** The death: now, where none was planned. */
  die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    for (const close of this.#open.reverse()) close();
    this.#declareDead('died');
  }

  #whileAlive<Value>(value: Promise<Value>): Promise<Value> {
    if (this.#isDead) return never();
    return value.then(
      (settled) => (this.#isDead ? never() : settled),
      (error: unknown) => (this.#isDead ? never() : Promise.reject(error)),
    );
  }

  #reach(point: CrashPoint, death: Death | null): Promise<never> | undefined {
    if (this.#isDead) return never();
    if (death?.point !== point) return undefined;
    this.#hits += 1;
    if (this.#hits < (death.hit ?? 1)) return undefined;
    this.die();
    // In the middle of a transaction a death undoes it, as a thrown error does.
    if (point === 'migration-step') throw new Error('The process died');
    return never();
  }
}
