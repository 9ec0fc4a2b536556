import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { listRuns, readItems, readRun } from '../../src/state/read-runs.ts';
import type { RunStatus } from '../../src/state/run-status.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { between, seededRandom } from '../support/seeded-random.ts';
import { environmentFor, type ProgramEnd, startProgram } from '../support/spawn-program.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';
import { type PipelineEvidence, pipelineViolations } from './pipeline-evidence.ts';
import {
  copiedFiles,
  cutouts,
  effectsOf,
  pictureProject,
  writePipelineJob,
} from './pipeline-stage.ts';

/** Pictures through remove_bg, store, tags and copy-to-remote, killed with SIGKILL again and again. */
export interface KilledPipelineOptions {
  readonly items: number;
  readonly kills: number;
  /** Same seed, same moments to kill at, counted in requests. */
  readonly seed: number;
  /** Requests a second above which the service answers 429. */
  readonly rate: number;
  /** Told of each death, for who waits. */
  readonly onLife?: (line: string) => void;
}

/** What came of it; `violations` is empty where every promise held. */
export interface KilledPipelineResult extends PipelineEvidence {
  readonly violations: readonly string[];
}

const MAX_LIVES = 400;

/** Runs the built program to its end through all its deaths, resolves what is in doubt, and ends it. */
export async function killedPipeline(
  options: KilledPipelineOptions,
): Promise<KilledPipelineResult> {
  const folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-pipeline-'));
  const emulator = pictureProject(options);
  const server = await emulator.listen();
  writePipelineJob(folder);
  const shell = new Shell(folder, emulator, server.origin);
  try {
    const evidence = await play(options, shell);
    return { ...evidence, violations: pipelineViolations(evidence) };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function play(options: KilledPipelineOptions, shell: Shell): Promise<PipelineEvidence> {
  const startedAt = performance.now();
  const doubts = await liveAndDie(options, shell);
  const executed = cutouts(shell.emulator);
  const doubtful = await shell.keysInDoubt();
  const toAdopt = doubtful.filter((key) => executed.has(key));
  const toRedo = doubtful.filter((key) => !executed.has(key));
  for (const key of toAdopt) await shell.resolve('adopt', key, '--file', executed.get(key) ?? '');
  if (toRedo.length > 0) await shell.resolve('redo', ...toRedo);
  if (doubtful.length > 0) await shell.finish(0, 'resume');
  const { emulator } = shell;
  const made = cutouts(emulator);
  return {
    items: options.items,
    kills: doubts.length,
    doubtsByKill: doubts,
    adopted: toAdopt.length,
    redone: toRedo.length,
    counts: (await shell.status())?.counts ?? null,
    made: [...made.values()],
    effects: {
      removeBg: summaryOf(emulator, 'remove_bg'),
      store: summaryOf(emulator, 'store'),
      tags: summaryOf(emulator, 'tags'),
      copy: summaryOf(emulator, 'remote_copy'),
    },
    objects: copiedFiles(emulator),
    requests: shell.requests(),
    throttled: shell.requests(429),
    peakBytes: shell.peakBytes,
    seconds: (performance.now() - startedAt) / 1000,
  };
}

/** Kills one process after the other; gives how many items each death put in doubt. */
async function liveAndDie(
  { items, kills, seed, onLife }: KilledPipelineOptions,
  shell: Shell,
): Promise<number[]> {
  const random = seededRandom(seed);
  const perKill = Math.max(2, Math.floor((1.7 * 4.1 * items) / (kills + 1)));
  const doubts: number[] = [];
  let wasKilled = false;
  for (let life = 0; life < MAX_LIVES; life += 1) {
    const before = await shell.doubtCount();
    const mayKill = doubts.length + (wasKilled ? 1 : 0) < kills;
    const killAfter = mayKill ? between(random, 1, perKill) : null;
    const end = await shell.live(killAfter, between(random, 0, 20));
    if (wasKilled) doubts.push((await shell.doubtCount()) - before);
    wasKilled = end.signal === 'SIGKILL';
    onLife?.(`life ${life + 1}: ${await shell.describe()}`);
    if (wasKilled) continue;
    if (end.code === 0 || end.code === 11) return doubts;
    throw new Error(`A life ended with ${end.code}: ${end.stderr}`);
  }
  throw new Error(`Not finished after ${MAX_LIVES} lives`);
}

function summaryOf(emulator: Emulator, operation: 'remove_bg' | 'store' | 'tags' | 'remote_copy') {
  const { distinctFilesChanged = 0, filesChangedMoreThanOnce = 0 } =
    emulator.audit.summary()[operation] ?? {};
  const uuids = new Set(effectsOf(emulator, operation).map(({ uuid }) => uuid));
  return { files: distinctFilesChanged, twice: filesChangedMoreThanOnce, uuids };
}

/** The shell of a person whose machine keeps dying. */
class Shell {
  readonly emulator: Emulator;
  peakBytes = 0;
  readonly #folder: string;
  readonly #state: string;
  readonly #origin: string;
  readonly #world = createSystemWorld();

  constructor(folder: string, emulator: Emulator, origin: string) {
    this.#folder = folder;
    this.#state = join(folder, 'state');
    this.emulator = emulator;
    this.#origin = origin;
  }

  /** One process, from the run's start or where the last one died. */
  async live(killAfter: number | null, delayMs: number): Promise<ProgramEnd> {
    const isFirst = (await this.status()) === null;
    const before = this.requests();
    const program = this.#start(isFirst ? ['run', 'job.json', '--yes'] : ['resume', '--yes']);
    if (killAfter !== null) {
      const watch = setInterval(() => {
        if (this.requests() < before + killAfter) return;
        clearInterval(watch);
        setTimeout(() => program.process.kill('SIGKILL'), delayMs);
      }, 5);
      void program.ended.finally(() => clearInterval(watch));
    }
    const end = await program.ended;
    this.peakBytes = Math.max(this.peakBytes, end.peakBytes);
    return end;
  }

  async resolve(as: 'adopt' | 'redo', ...args: readonly string[]): Promise<void> {
    const { run = '' } = (await this.status()) ?? {};
    await this.finish(0, 'resolve', run, '--as', as, ...args);
  }

  async finish(code: number, ...args: readonly string[]): Promise<void> {
    const end = await this.#start(args).ended;
    this.peakBytes = Math.max(this.peakBytes, end.peakBytes);
    if (end.code !== code)
      throw new Error(`ucbulk ${args[0]} ended with ${end.code}: ${end.stderr}`);
  }

  async status(): Promise<RunStatus | null> {
    const [newest] = await listRuns(this.#state, this.#world);
    return newest === undefined ? null : readRun(this.#state, newest.run, this.#world);
  }

  async doubtCount(): Promise<number> {
    return (await this.status())?.counts['in-doubt'] ?? 0;
  }

  async keysInDoubt(): Promise<string[]> {
    const status = await this.status();
    if (status === null) return [];
    return [...readItems(this.#state, status.run, { state: 'in-doubt' })].map(({ key }) => key);
  }

  async describe(): Promise<string> {
    const status = await this.status();
    return `${JSON.stringify(status?.counts)}, ${this.requests()} requests so far`;
  }

  requests(status?: number): number {
    return this.emulator
      .requestCounts()
      .filter((row) => status === undefined || row.status === status)
      .reduce((sum, { count }) => sum + count, 0);
  }

  #start(args: readonly string[]) {
    const env = { ...environmentFor(this.#origin), UCBULK_STATE: this.#state };
    return startProgram(args, { cwd: this.#folder, env });
  }
}
