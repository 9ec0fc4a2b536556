import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireService } from '../support/require-service.ts';
import type { BenchReport, Figure } from './bench-report.ts';
import { type Measured, measure, onStage, WORKER_CONCURRENCY } from './fleet-stage.ts';

const FILE_BYTES = 8 * 1024 ** 2;
const SLOW_MS = 2000;
const MOST_MEGABYTES = 200;
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
const DELETE = `
version: 1
name: bench-fleet
source: { files: {} }
steps: [{ uses: delete }]
recheckAfter: 1d
guard: { confirm: false }
`;

type Goal = NonNullable<Figure['goal']>;

/**
 * The CPU of the process of a run that uploads, alone and with workers; the items a second of slow requests with one
 * to three workers; and the memory of the processes of a run with many files. Skips itself without redis-server.
 */
export async function benchFleet(
  sizes: { 'upload-files': number; 'slow-items': number; 'fleet-files': number },
  report: BenchReport,
): Promise<void> {
  const server = requireService('redis-server', 'redis-server');
  if (server === null) return report.say('Skipped: redis-server is not installed');
  await benchUploads(server, sizes['upload-files'], report);
  report.say('');
  await benchSlowRequests(server, sizes['slow-items'], report);
  report.say('');
  await benchMemory(server, sizes['fleet-files'], report);
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

/** The most memory that the run and its workers use while they delete so many files. */
async function benchMemory(server: string, files: number, report: BenchReport): Promise<void> {
  const measured = await onStage(server, { files, storedShare: 1 }, async (stage) => {
    const run = await measure(stage, DELETE, 2);
    const { delete: deleted } = (await stage.emulator.ask('audit/summary')) as {
      delete: { distinctFilesChanged: number; filesChangedMoreThanOnce: number };
    };
    return { ...run, deleted };
  });
  const { peakMb, workerPeakMb, wallS, cpuS, deleted } = measured;
  report.say(`Delete of ${files} files with 2 workers:`);
  report.say('');
  report.say('| most memory of the run, MB | of a worker, MB | CPU of the run, s | time, s |');
  report.say('|---|---|---|---|');
  const numbers = [peakMb, workerPeakMb, cpuS, wallS].map((number) => number.toFixed(0));
  report.say(`| ${numbers.join(' | ')} |`);
  const add = (what: string, value: number, unit: string, goal: Goal) =>
    report.add({ name: `fleet: ${files} files: ${what}`, unit, value, goal });
  add('most memory of the run', peakMb, 'MB', { atMost: MOST_MEGABYTES });
  add('most memory of a worker', workerPeakMb, 'MB', { atMost: MOST_MEGABYTES });
  add('files deleted', deleted.distinctFilesChanged, '', { atLeast: files });
  add('files deleted twice', deleted.filesChangedMoreThanOnce, '', { atMost: 0 });
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
