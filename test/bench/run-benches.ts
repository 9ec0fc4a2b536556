import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BenchReport, type BenchResults, comparisonLines, missedLines } from './bench-report.ts';
import { benchBuckets } from './buckets-bench.ts';
import { benchCleanup } from './cleanup-bench.ts';
import { benchCpu } from './cpu-bench.ts';
import { benchEvidence } from './evidence-bench.ts';
import { benchFleet } from './fleet-bench.ts';
import { benchLookup } from './lookup-bench.ts';
import { benchOpenJobs } from './open-jobs-bench.ts';
import { benchPage } from './page-bench.ts';
import { benchList, benchPlan } from './plan-bench.ts';
import { benchPolls } from './polls-bench.ts';
import { benchRates } from './rate-bench.ts';
import { benchReports } from './reports-bench.ts';
import { benchRequests } from './requests-bench.ts';
import { benchScale } from './scale-bench.ts';
import { benchServe } from './serve-bench.ts';
import { benchStartup } from './startup-bench.ts';
import { drawPlots } from './svg-plots.ts';
import { benchVerify } from './verify-bench.ts';

/**
 * `npm run bench`: all benchmarks in a short form. docs/benchmarks.md describes the arguments. Ends with 1 if a
 * figure misses its goal.
 */
const SHORT = {
  seeds: 3,
  seed: 1,
  rounds: 1,
  starts: 5,
  'batch-files': 20_000,
  'single-files': 2000,
  files: 100_000,
  small: 20_000,
  'open-jobs': 1500,
  items: 200_000,
  'work-items': 10_000,
  'ledger-files': 1_000_000,
  'upload-files': 20,
  'slow-items': 40,
  'fleet-files': 20_000,
  objects: 50_000,
};
const LONG: typeof SHORT = {
  seeds: 20,
  seed: 1,
  rounds: 5,
  starts: 15,
  'batch-files': 40_000,
  'single-files': 4000,
  files: 1_000_000,
  small: 100_000,
  'open-jobs': 5000,
  items: 1_000_000,
  'work-items': 100_000,
  'ledger-files': 10_000_000,
  'upload-files': 80,
  'slow-items': 120,
  'fleet-files': 1_000_000,
  objects: 1_000_000,
};
type Bench = (sizes: typeof SHORT, report: BenchReport) => unknown;

const BENCHES: Readonly<Record<string, Bench>> = {
  startup: ({ starts }, report) => benchStartup({ starts }, report),
  rate: benchRates,
  cpu: (sizes, report) =>
    benchCpu(
      {
        rounds: sizes.rounds,
        batchFiles: sizes['batch-files'],
        singleFiles: sizes['single-files'],
      },
      report,
    ),
  polls: async (sizes, report) => {
    await benchPolls(report);
    report.say('');
    await benchRequests(report);
    report.say('');
    await benchOpenJobs(sizes['open-jobs'], report);
  },
  cleanup: benchCleanup,
  lookup: (sizes, report) => benchLookup(sizes['work-items'], report),
  plan: async (sizes, report) => {
    await benchPlan(sizes, report);
    report.say('');
    await benchList(sizes, report);
  },
  evidence: benchEvidence,
  verify: benchVerify,
  reports: benchReports,
  page: benchPage,
  serve: (sizes, report) =>
    benchServe(
      { files: sizes.files, rounds: sizes.rounds, batchFiles: sizes['batch-files'] },
      report,
    ),
  fleet: benchFleet,
  buckets: benchBuckets,
  scale: (sizes, report) => benchScale({ ledgerFiles: sizes['ledger-files'] }, report),
};
const PLOTS = fileURLToPath(new URL('../../docs/benchmarks/', import.meta.url));

const number = { type: 'string' } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false },
    json: { type: 'string', default: 'bench-results.json' },
    against: { type: 'string' },
    plot: { type: 'string' },
    seeds: number,
    seed: number,
    rounds: number,
    starts: number,
    'batch-files': number,
    'single-files': number,
    files: number,
    small: number,
    'open-jobs': number,
    items: number,
    'work-items': number,
    'ledger-files': number,
    'upload-files': number,
    'slow-items': number,
    'fleet-files': number,
    objects: number,
  },
});

if (values.plot === undefined) await runBenches(positionals[0]);
else plot(values.plot);

/** Runs all benchmarks, or the one with this name in its long form. */
async function runBenches(only: string | undefined): Promise<void> {
  const sizes = chooseSizes(only === undefined && !values.full);
  const earlier = values.against === undefined ? null : readResults(values.against);
  const report = new BenchReport(say);
  for (const [name, bench] of chooseBenches(only)) {
    say(`## ${name}\n`);
    await bench(sizes, report);
    say('');
  }
  const { figures, series } = report;
  const results = { date: timeText(), machine: machineText(), sizes, figures, series };
  writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
  if (earlier !== null) {
    for (const line of ['## comparison', '', ...comparisonLines(results, earlier), '']) say(line);
  }
  const missed = missedLines(figures);
  for (const line of missed) say(line);
  if (missed.length > 0) process.exitCode = 1;
  say(`${figures.length} figures, ${missed.length} missed their goals; saved in ${values.json}`);
}

function chooseBenches(only: string | undefined): [string, Bench][] {
  const benches = Object.entries(BENCHES);
  const chosen = benches.filter(([name]) => only === undefined || only === name);
  if (chosen.length > 0) return chosen;
  const names = benches.map(([name]) => name).join(', ');
  throw new Error(`There is no benchmark ${only}; there are: ${names}`);
}

function chooseSizes(isShort: boolean): typeof SHORT {
  const sizes = { ...(isShort ? SHORT : LONG) };
  for (const name of Object.keys(sizes) as (keyof typeof SHORT)[]) {
    const given = values[name];
    if (given !== undefined) sizes[name] = Number(given);
  }
  return sizes;
}

/** Draws the plots of a JSON file of results into docs/benchmarks. */
function plot(path: string): void {
  mkdirSync(PLOTS, { recursive: true });
  for (const { file, svg } of drawPlots(readResults(path))) {
    writeFileSync(join(PLOTS, file), svg);
    say(join(PLOTS, file));
  }
}

function readResults(path: string): BenchResults {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Date and time, UTC. */
function timeText(): string {
  return new Date().toISOString().slice(0, 16).replace('T', ' ');
}

function machineText(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  return `${availableParallelism()} × ${model}, Node ${process.versions.node}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
