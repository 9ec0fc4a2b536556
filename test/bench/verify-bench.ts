import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentFor } from '../support/spawn-program.ts';
import type { BenchReport } from './bench-report.ts';
import { createProgramMeter } from './cpu/measure-program.ts';
import { startWithUnstored } from './unstored-files.ts';

const PAGE = 1000;
const MOST_MEGABYTES = 200;
const MOST_GROWTH = 1.2; // against 100,000 files
const GROWTH_BASE = 100_000;

interface Verified {
  readonly requests: number;
  readonly pages: number;
  readonly verified: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

/** `ucbulk verify` of a run that stored or deleted so many files: requests and peak memory. */
export async function benchVerify(
  { files, small }: { readonly files: number; readonly small: number },
  report: BenchReport,
): Promise<void> {
  report.say('| run | requests | pages of the listing | peak memory (VmHWM) | CPU | |');
  report.say('|---|---|---|---|---|---|');
  for (const uses of ['store', 'delete'] as const) {
    const few = await measure(uses, small);
    const many = await measure(uses, files);
    for (const [count, one] of [
      [small, few],
      [files, many],
    ] as const) {
      sayVerified(`${uses} of ${count} files`, { ...one, files: count, uses }, report);
    }
    report.add({
      name: `verify: ${uses}: peak memory, ${files} files against ${small}`,
      unit: '×',
      value: many.megabytes / few.megabytes,
      ...(small < GROWTH_BASE ? {} : { goal: { atMost: MOST_GROWTH } }),
    });
  }
}

function sayVerified(
  run: string,
  one: Verified & { readonly files: number; readonly uses: 'store' | 'delete' },
  report: BenchReport,
): void {
  // After the deletes, the project is empty, and its listing has one page.
  const atMost = one.uses === 'store' ? Math.ceil(one.files / PAGE) : 1;
  const add = (what: string, value: number, goal: object, unit = '') =>
    report.add({ name: `verify: ${run}: ${what}`, unit, value, goal });
  const reached = [
    add('requests', one.requests, { atMost }),
    add('items verified', one.verified, { atLeast: one.files }),
    add('peak memory', one.megabytes, { atMost: MOST_MEGABYTES }, 'MB'),
  ];
  const cells = [run, one.requests, one.pages, `${one.megabytes.toFixed(0)} MB`];
  const missed = reached.includes(false) ? 'MISSED' : '';
  report.say(`| ${[...cells, `${one.cpuSeconds.toFixed(1)} s`, missed].join(' | ')} |`);
}

async function measure(uses: string, files: number): Promise<Verified> {
  const meter = createProgramMeter();
  const emulator = await startWithUnstored(files);
  try {
    const cwd = meter.folder();
    const job = `version: 1\nname: bench-verify\nsource: { files: { stored: false } }\nsteps: [{ uses: ${uses} }]\n`;
    writeFileSync(join(cwd, 'job.yaml'), job);
    const env = { ...environmentFor(emulator.origin), UCBULK_STATE: join(cwd, 'state') };
    await meter.measure(['run', 'job.yaml', '--yes', '--quiet'], { cwd, env });
    const output: Buffer[] = [];
    const { cpuMicros, peakBytes } = await meter.measure(['verify', 'latest', '--json'], {
      cwd,
      env,
      readOutput: (stdout) => stdout.on('data', (chunk: Buffer) => output.push(chunk)),
    });
    const { requests, pages, verified } = JSON.parse(Buffer.concat(output).toString());
    return { requests, pages, verified, cpuSeconds: cpuMicros / 1e6, megabytes: peakBytes / 1e6 };
  } finally {
    emulator.stop();
    meter.dispose();
  }
}
