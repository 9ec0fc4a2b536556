import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRedis, type RedisProcess } from '../support/redis-process.ts';
import { requireService } from '../support/require-service.ts';
import {
  type EmulatorProcess,
  environmentFor,
  type Program,
  startEmulator,
  startProgram,
} from '../support/spawn-program.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';
import type { BenchReport } from './bench-report.ts';

const METER = fileURLToPath(new URL('cpu/measure-at-exit.mjs', import.meta.url));
const FILE_BYTES = 8 * 1024 ** 2;
const SLOW_MS = 2000;
const WORKER_CONCURRENCY = 4;
const UPLOAD = `
version: 1
name: bench-fleet
source: { folder: { path: ./files } }
steps: [{ uses: upload }]
`;
const SLOW = `
version: 1
name: bench-fleet
source: { files: {} }
steps: [{ uses: copy-local }]
`;

interface Stage {
  readonly directory: string;
  readonly emulator: EmulatorProcess;
  readonly redis: RedisProcess;
}

interface Measured {
  readonly cpuS: number;
  readonly wallS: number;
  readonly peakMb: number;
  readonly workerPeakMb: number;
}

/**
 * The CPU of the process of a run that uploads, alone and with workers, and the items a second of slow requests with one
 * to three workers. Skips itself without redis-server.
 */
export async function benchFleet(
  sizes: { 'upload-files': number; 'slow-items': number },
  report: BenchReport,
): Promise<void> {
  const server = requireService('redis-server', 'redis-server');
  if (server === null) return report.say('Skipped: redis-server is not installed');
  await benchUploads(server, sizes['upload-files'], report);
  report.say('');
  await benchSlowRequests(server, sizes['slow-items'], report);
}

async function benchUploads(server: string, files: number, report: BenchReport): Promise<void> {
  const gigabytes = ((files - 1) * FILE_BYTES) / 1e9;
  report.say(
    `Upload of ${files} files of ${FILE_BYTES / 1024 ** 2} MiB. The CPU for one file is subtracted:`,
  );
  report.say('');
  report.say(
    '| process of the run | CPU s for each GB | most memory, MB | most memory of a worker, MB |',
  );
  report.say('|---|---|---|---|');
  const cpu: number[] = [];
  for (const workers of [0, 2]) {
    const one = await measureUploads(server, 1, workers);
    const all = await measureUploads(server, files, workers);
    const perGb = (all.cpuS - one.cpuS) / gigabytes;
    cpu.push(perGb);
    const name = workers === 0 ? 'alone' : `with ${workers} workers`;
    const memory = workers === 0 ? '–' : all.workerPeakMb.toFixed(0);
    report.say(`| ${name} | ${perGb.toFixed(2)} | ${all.peakMb.toFixed(0)} | ${memory} |`);
  }
  const [alone = 1, fleet = 0] = cpu;
  report.add({
    name: 'fleet: CPU of the coordinator of uploads, of that without workers',
    unit: 'share',
    value: fleet / alone,
    goal: { atMost: 0.5 },
  });
}

function measureUploads(server: string, files: number, workers: number): Promise<Measured> {
  return onStage(server, { files: 0, storedShare: 1 }, (stage) => {
    writeFiles(stage.directory, files);
    return measure(stage, UPLOAD, workers);
  });
}

async function benchSlowRequests(server: string, items: number, report: BenchReport) {
  report.say(`Requests of ${SLOW_MS} ms, ${WORKER_CONCURRENCY} at a time for each worker:`);
  report.say('');
  report.say('| workers | items a second |');
  report.say('|---|---|');
  const rates: number[] = [];
  for (const workers of [1, 2, 3]) {
    const { wallS } = await onStage(server, { files: items, storedShare: 1 }, async (stage) => {
      const fault = { kind: 'delay', ms: SLOW_MS };
      await fetch(`${stage.emulator.origin}/_emulator/faults`, {
        method: 'POST',
        body: JSON.stringify({ method: 'POST', path: '/files/local_copy/', fault }),
      });
      return measure(stage, SLOW, workers);
    });
    rates.push(items / wallS);
    report.say(`| ${workers} | ${(items / wallS).toFixed(2)} |`);
  }
  const [one = 1, , three = 0] = rates;
  const name = 'fleet: items a second of slow requests with 3 workers, of those with 1';
  report.add({ name, unit: 'times', value: three / one, goal: { atLeast: 2 } });
}

async function onStage<Result>(
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
async function measure(stage: Stage, job: string, workers: number): Promise<Measured> {
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

/** Writes files that are all different. */
function writeFiles(directory: string, count: number): void {
  mkdirSync(join(directory, 'files'));
  const bytes = Buffer.alloc(FILE_BYTES);
  for (let no = 0; no < count; no += 1) {
    bytes.set(randomBytes(64));
    writeFileSync(join(directory, 'files', `file-${no}.bin`), bytes);
  }
}
