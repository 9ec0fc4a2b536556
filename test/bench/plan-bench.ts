import { randomUUID } from 'node:crypto';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { environmentFor, startEmulator, startProgram } from '../support/spawn-program.ts';
import type { BenchReport } from './bench-report.ts';
import { inFolder } from './cleanup-bench.ts';
import { createProgramMeter } from './cpu/measure-program.ts';

const MOST_MEGABYTES = 200;
const PAGE = 1000;
const MOST_MICROS_A_ROW = 8;
const LIST_JOB = `
version: 1
name: bench-list
source: { list: { path: files.csv } }
steps: [{ uses: store }]
`;

/**
 * The plan of a cleanup of so many files, and a run of this plan: requests, and the peak memory of the program.
 * A plan sends one request for each page, and one that reads the project.
 */
export async function benchPlan(
  { files }: { readonly files: number },
  report: BenchReport,
): Promise<void> {
  const measured = await inFolder(files, async ({ cwd, env, ask }) => {
    const requests = async () => ((await ask('state')) as { requests: number }).requests;
    const run = async (command: readonly string[]) => {
      const before = await requests();
      const { code, signal, stderr, peakBytes } = await startProgram(command, { cwd, env }).ended;
      if (code !== 0) throw new Error(`${command[0]} ended with ${code ?? signal}: ${stderr}`);
      return { megabytes: peakBytes / 1e6, requests: (await requests()) - before };
    };
    return {
      plan: await run(['plan', 'job.yaml', '-o', 'job.plan', '--json']),
      apply: await run(['apply', 'job.plan', '--yes', '--json']),
    };
  });
  report.say('| command | requests | peak memory (VmHWM) | |');
  report.say('|---|---|---|---|');
  for (const [command, { megabytes, requests }] of Object.entries(measured)) {
    const name = `${command}: ${files} files`;
    const atMost = Math.ceil(files / PAGE) + 1;
    const goals = [
      report.add({
        name: `${name}: peak memory`,
        unit: 'MB',
        value: megabytes,
        goal: { atMost: MOST_MEGABYTES },
      }),
      report.add({
        name: `${name}: requests`,
        unit: '',
        value: requests,
        ...(command === 'plan' && { goal: { atMost } }),
      }),
    ];
    const missed = goals.includes(false) ? 'MISSED' : '';
    report.say(`| ${command} | ${requests} | ${megabytes.toFixed(0)} MB | ${missed} |`);
  }
}

/** The CPU with which a dry run reads a CSV of so many files, without the start-up. */
export async function benchList(
  { files }: { readonly files: number },
  report: BenchReport,
): Promise<void> {
  const meter = createProgramMeter();
  const emulator = await startEmulator({ files: 1 });
  try {
    const env = environmentFor(emulator.origin);
    const dryRun = async (rows: number) => {
      const cwd = meter.folder();
      writeFileSync(join(cwd, 'job.yaml'), LIST_JOB);
      await pipeline(csvOf(rows), createWriteStream(join(cwd, 'files.csv')));
      return meter.measure(['run', 'job.yaml', '--dry-run', '--json'], { cwd, env });
    };
    const startUp = (await dryRun(1)).cpuMicros;
    const { cpuMicros, peakBytes } = await dryRun(files);
    const micros = (cpuMicros - startUp) / files;
    const name = `list: dry run of ${files} rows`;
    const goals = [
      report.add({
        name: `${name}: CPU a row`,
        unit: 'µs',
        value: micros,
        goal: { atMost: MOST_MICROS_A_ROW },
      }),
      report.add({
        name: `${name}: peak memory`,
        unit: 'MB',
        value: peakBytes / 1e6,
        goal: { atMost: MOST_MEGABYTES },
      }),
    ];
    report.say('| command | CPU a row | CPU in all | peak memory (VmHWM) | |');
    report.say('|---|---|---|---|---|');
    report.say(
      `| dry run of a CSV of ${files} rows | ${micros.toFixed(1)} µs | ${(cpuMicros / 1e6).toFixed(1)} s | ${(peakBytes / 1e6).toFixed(0)} MB | ${goals.includes(false) ? 'MISSED' : ''} |`,
    );
  } finally {
    emulator.stop();
    meter.dispose();
  }
}

function* csvOf(rows: number): Generator<string> {
  yield 'uuid\n';
  for (let first = 0; first < rows; first += PAGE) {
    const count = Math.min(PAGE, rows - first);
    yield Array.from({ length: count }, () => `${randomUUID()}\n`).join('');
  }
}
