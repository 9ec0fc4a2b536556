import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRedis, type RedisProcess } from '../support/redis-process.ts';
import {
  type EmulatorProcess,
  environmentFor,
  type Program,
  startEmulator,
  startProgram,
} from '../support/spawn-program.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';

const METER = fileURLToPath(new URL('cpu/measure-at-exit.mjs', import.meta.url));

/** Number of calls that each worker of a benchmark works on at the same time. */
export const WORKER_CONCURRENCY = 4;

/** The processes of a benchmark that all its runs share. */
export interface Stage {
  readonly directory: string;
  readonly emulator: EmulatorProcess;
  readonly redis: RedisProcess;
}

/** The CPU time, the time and the most memory of a run, and the most memory of a worker. */
export interface Measured {
  readonly cpuS: number;
  readonly wallS: number;
  readonly peakMb: number;
  readonly workerPeakMb: number;
}

/** Runs `work` with an emulator and a Redis of its own. */
export async function onStage<Result>(
  server: string,
  options: Parameters<typeof startEmulator>[0],
  work: (stage: Stage) => Result | Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(TEMP_ROOT, 'ucbulk-fleet-bench-'));
  const redis = await openRedis(server);
  const emulator = await startEmulator(options);
  try {
    return await work({ directory, emulator, redis });
  } finally {
    emulator.stop();
    await redis.remove();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs the job with so many workers; without any, the process of the run sends its requests itself. */
export async function measure(stage: Stage, job: string, workers: number): Promise<Measured> {
  const { directory, emulator, redis } = stage;
  writeFileSync(join(directory, 'job.yaml'), job);
  const env = { ...environmentFor(emulator.origin), UCBULK_STATE: join(directory, 'state') };
  const fleet = ['--fleet', redis.address];
  const workerArgs = ['worker', ...fleet, '--concurrency', String(WORKER_CONCURRENCY)];
  const team = Array.from({ length: workers }, () =>
    startProgram(workerArgs, { cwd: directory, env }),
  );
  await Promise.all(team.map(untilReady));
  const cpuFile = join(directory, 'cpu.json');
  const startedAt = performance.now();
  const args = ['run', 'job.yaml', '--yes', '--quiet', ...(workers > 0 ? fleet : [])];
  const metered = { ...env, BENCH_CPU_FILE: cpuFile, NODE_OPTIONS: `--import ${METER}` };
  const { code, peakBytes, stderr } = await startProgram(args, { cwd: directory, env: metered })
    .ended;
  const wallS = (performance.now() - startedAt) / 1000;
  for (const { process } of team) process.kill('SIGTERM');
  const ends = await Promise.all(team.map(({ ended }) => ended));
  if (code !== 0) throw new Error(`The run ended with ${code}: ${stderr.slice(-500)}`);
  const { cpuMicros } = JSON.parse(readFileSync(cpuFile, 'utf8')) as { cpuMicros: number };
  const workerPeak = Math.max(0, ...ends.map((end) => end.peakBytes));
  return { cpuS: cpuMicros / 1e6, wallS, peakMb: peakBytes / 1e6, workerPeakMb: workerPeak / 1e6 };
}

function untilReady({ process: child }: Program): Promise<void> {
  return new Promise((resolve) => {
    child.stderr?.on('data', (text) => {
      if (String(text).includes('takes calls')) resolve();
    });
  });
}
