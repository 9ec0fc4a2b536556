import { setTimeout as sleep } from 'node:timers/promises';
import type { Program } from '../support/spawn-program.ts';
import type { ChaosStage } from './chaos-stage.ts';
import { WORKERS } from './injuries.ts';
import type { WorkerLife } from './read-losses.ts';

const CONCURRENCY = 4;
/** A worker that ended by itself, as it does if Redis is away when it starts, is started again after this time, ms. */
const AGAIN_AFTER_MS = 1000;

/** A place in which one worker process after the other lives. */
interface Slot {
  program: Program | null;
  life: WorkerLife;
  isStopped: boolean;
}

/** The worker processes of a round. */
export class ChaosWorkers {
  readonly #stage: ChaosStage;
  readonly #slots: Slot[] = [];
  readonly lives: WorkerLife[] = [];
  kills = 0;
  stops = 0;
  #isOver = false;

  constructor(stage: ChaosStage) {
    this.#stage = stage;
    for (let no = 0; no < WORKERS; no += 1) {
      const slot = { program: null, life: newLife(), isStopped: false };
      this.#slots.push(slot);
      this.#start(slot);
    }
  }

  /** Kills a worker, and starts another one after a while. */
  async kill(no: number, awayMs: number): Promise<void> {
    const slot = this.#active(no);
    if (slot === null) return;
    this.kills += 1;
    slot.life.killedAt = Date.now();
    slot.program?.process.kill('SIGKILL');
    slot.program = null;
    await sleep(awayMs);
    this.#start(slot);
  }

  /** Stops a worker for some time, as a machine that is overloaded or suspended does. */
  async stop(no: number, forMs: number): Promise<void> {
    const slot = this.#active(no);
    if (slot === null) return;
    this.stops += 1;
    slot.isStopped = true;
    slot.life.stoppedAt.push(Date.now());
    slot.program?.process.kill('SIGSTOP');
    await sleep(forMs);
    slot.program?.process.kill('SIGCONT');
    slot.isStopped = false;
  }

  async end(): Promise<void> {
    this.#isOver = true;
    const programs = this.#slots.flatMap(({ program }) => program ?? []);
    for (const { process } of programs) {
      process.kill('SIGCONT');
      process.kill('SIGKILL');
    }
    await Promise.all(programs.map(({ ended }) => ended));
  }

  /** The slot of this number, or else another one whose process runs. */
  #active(no: number): Slot | null {
    for (let tried = 0; tried < WORKERS; tried += 1) {
      const slot = this.#slots[(no + tried) % WORKERS];
      if (slot !== undefined && slot.program !== null && !slot.isStopped) return slot;
    }
    return null;
  }

  #start(slot: Slot): void {
    if (this.#isOver) return;
    const life = newLife();
    this.lives.push(life);
    const { address } = this.#stage.redis;
    const args = ['worker', '--fleet', address, '--concurrency', String(CONCURRENCY)];
    const program = this.#stage.start(args);
    Object.assign(slot, { program, life });
    program.process.stderr?.on('data', (text) => {
      life.id ??= /Worker (\S+) takes calls/.exec(String(text))?.[1] ?? null;
    });
    void program.ended.then(async () => {
      if (slot.program !== program) return;
      slot.program = null;
      await sleep(AGAIN_AFTER_MS);
      this.#start(slot);
    });
  }
}

function newLife(): WorkerLife {
  return { id: null, killedAt: null, stoppedAt: [] };
}
