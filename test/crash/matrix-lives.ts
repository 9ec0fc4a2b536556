import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunId } from '../../src/core/run.ts';
import type { CrashPoint } from '../../src/core/world.ts';
import { applyPlan } from '../../src/run/apply-plan.ts';
import { resumeRun } from '../../src/run/resume-run.ts';
import { retryRun } from '../../src/run/retry-run.ts';
import { startRun } from '../../src/run/start-run.ts';
import { listRuns } from '../../src/state/read-runs.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { bundleProgram, type SourceChange } from '../support/bundle-program.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';
import type { LifeOrder } from './matrix-life.ts';
import type { Stage } from './matrix-stage.ts';
import { contextAt, fastWorld, type Kill } from './matrix-world.ts';

const PATIENCE_MS = 120_000;

/** The program of a life that dies; null until it is bundled. */
let lifeProgram: Promise<string> | null = null;

/** How a life differs from others. */
export interface LifeOptions {
  /** Path of another program, as `bundleLife` returns it. */
  readonly program?: string;
  /** True if the life retries the failed items of the run; otherwise it starts or resumes the run. */
  readonly isRetry?: boolean;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a job with the engine in a process of its own; true once it has killed itself. */
export async function dieAt(
  stage: Stage,
  kill: Kill,
  { program, env = {}, isRetry = false }: LifeOptions = {},
): Promise<boolean> {
  lifeProgram ??= bundleLife();
  const { job, plan, origin, stateDirectory, emulator } = stage;
  const order: LifeOrder = {
    job,
    plan,
    origin,
    stateDirectory,
    anchor: { real: Date.now(), emulated: emulator.clock.now() },
    run: await newestRun(stage),
    isRetry,
    kill,
  };
  const child = spawn(process.execPath, [program ?? (await lifeProgram), JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGTERM',
    env: { ...process.env, ...env },
  });
  const { code, signal, stderr } = await ended(child);
  if (signal === 'SIGKILL') return true;
  if (code === 0) return false;
  throw new Error(`A life ended with ${code ?? signal}: ${stderr}`);
}

function ended(child: ChildProcess) {
  let stderr = '';
  child.stderr?.on('data', (text) => {
    stderr += text;
  });
  return new Promise<{ code: number | null; signal: string | null; stderr: string }>(
    (resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, stderr }));
    },
  );
}

/** Bundles the program of a life. Returns its path. `change` removes a protection. */
export function bundleLife(change?: SourceChange): Promise<string> {
  const directory = mkdtempSync(join(TEMP_ROOT, 'ucbulk-life-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  return bundleProgram('test/crash/matrix-life.ts', { directory, ...(change && { change }) });
}

/** Goes on with the run that is there, or starts one where none is, and lets it end. */
export async function inThisProcess(
  stage: Stage,
  onPoint: (point: CrashPoint) => void,
): Promise<void> {
  const system = createSystemWorld();
  const world = fastWorld(system, () => stage.emulator.clock.now(), onPoint);
  const context = contextAt(stage, world, new AbortController().signal);
  try {
    const run = await newestRun(stage);
    if (run !== null) await resumeRun(run, context);
    else if (stage.plan === null) await startRun(stage.job, context);
    else await applyPlan({ path: stage.plan, file: 'job.plan' }, context);
  } finally {
    await system.close();
  }
}

/** Starts another run of the job, and lets it end. */
export async function startInThisProcess(stage: Stage): Promise<void> {
  const system = createSystemWorld();
  const world = fastWorld(
    system,
    () => stage.emulator.clock.now(),
    () => undefined,
  );
  try {
    await startRun(stage.job, contextAt(stage, world, new AbortController().signal));
  } finally {
    await system.close();
  }
}

/** Retries the failed items of the run that is there, and lets it end. */
export async function retryInThisProcess(
  stage: Stage,
  onPoint: (point: CrashPoint) => void,
): Promise<void> {
  const system = createSystemWorld();
  const world = fastWorld(system, () => stage.emulator.clock.now(), onPoint);
  const context = contextAt(stage, world, new AbortController().signal);
  try {
    const run = await newestRun(stage);
    if (run === null) throw new Error('There is no run to retry');
    await retryRun({ run, wanted: { codes: null, where: null } }, context);
  } finally {
    await system.close();
  }
}

/** The run of the stage's job; null if the process died before it made the run. */
export async function newestRun({ stateDirectory, job }: Stage): Promise<RunId | null> {
  const world = createSystemWorld();
  const runs = await listRuns(stateDirectory, world).catch(() => []);
  await world.close();
  return runs.find((one) => 'jobName' in one && one.jobName === job.name)?.run ?? null;
}
