import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Program } from '../support/spawn-program.ts';
import type { ChaosStage } from './chaos-stage.ts';
import { LOG_PREFIX } from './read-losses.ts';

/** Exit codes of a run that is finished: all done, some failed, some in doubt. */
const FINISHED: readonly (number | null)[] = [0, 1, 11];
/** A run that ended by itself so often before its end does not end any more. */
const MAX_OWN_ENDS = 20;
const AGAIN_AFTER_MS = 1000;

/** The processes of a run, one after the other: each is killed, or ends the run. */
export class ChaosCoordinator {
  readonly #stage: ChaosStage;
  readonly #rate: number;
  /** The causes of the ends without a kill before the run was finished. */
  readonly ownEnds: string[] = [];
  kills = 0;
  isFinished = false;
  /** The reason why the run was given up, or null. */
  stuck: string | null = null;
  #program: Program | null = null;
  #awayMs = 0;
  #isOver = false;

  constructor(stage: ChaosStage, rate: number) {
    this.#stage = stage;
    this.#rate = rate;
    void this.#live()
      .catch((error: unknown) => {
        this.stuck = String(error);
      })
      .finally(() => {
        this.isFinished = true;
      });
  }

  /** Kills the process of the run. It is resumed after a while. */
  kill(awayMs: number): void {
    if (this.#program === null) return;
    this.kills += 1;
    this.#awayMs = awayMs;
    this.#program.process.kill('SIGKILL');
    this.#program = null;
  }

  end(): void {
    this.#isOver = true;
    this.#program?.process.kill('SIGKILL');
  }

  async #live(): Promise<void> {
    for (let no = 0; ; no += 1) {
      const started = this.#start(no);
      this.#program = started;
      const { code, stderr } = await started.ended;
      if (this.#isOver || FINISHED.includes(code)) return;
      if (this.#program === null) {
        await sleep(this.#awayMs);
        continue;
      }
      this.#program = null;
      this.ownEnds.push(`exit ${code}: ${lastLines(stderr)}`);
      if (this.ownEnds.length > MAX_OWN_ENDS) {
        throw new Error(`The run was resumed in vain: ${this.ownEnds.at(-1)}`);
      }
      await sleep(AGAIN_AFTER_MS);
    }
  }

  #start(no: number): Program {
    const log = join(this.#stage.directory, `${LOG_PREFIX}${no}.log`);
    return this.#stage.start([
      ...(no === 0 ? ['run', 'job.yaml'] : ['resume', 'latest']),
      ...['--fleet', this.#stage.redis.address, '--rate', String(this.#rate), '--yes', '--json'],
      ...['--log-level', 'debug', '--log-file', log],
    ]);
  }
}

/** The last lines that are no documents of the log. */
function lastLines(stderr: string): string {
  const lines = stderr.trim().split('\n');
  return lines.slice(-3).join(' | ').slice(-400);
}
