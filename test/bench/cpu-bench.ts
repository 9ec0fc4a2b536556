import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../support/median.ts';
import { environmentFor, startEmulator } from '../support/spawn-program.ts';
import type { BenchReport, Figure } from './bench-report.ts';
import { createProgramMeter, type ProgramMeter, type Used } from './cpu/measure-program.ts';
import { type MeasuredOperation, OPERATIONS } from './cpu/operations.ts';

const VARIANTS = ['floor', 'rest-client', 'ucbulk'] as const;
type Variant = (typeof VARIANTS)[number];

const WORKER = fileURLToPath(new URL('cpu/script-worker.ts', import.meta.url));
const RUN = ['run', 'job.yaml', '--yes', '--quiet'];
/** Without a file, a program would load less, and that would count as work. */
const START_UP_FILES = 1;

/** How much is measured. */
export interface CpuSizes {
  readonly rounds: number;
  /** Number of files for operations on 100 files in one request. */
  readonly batchFiles: number;
  /** Number of files for operations with one request for each file. */
  readonly singleFiles: number;
}

/** What one variant used in each round, for one operation. */
interface Samples {
  readonly startUp: Used[];
  readonly work: Used[];
}

type Measured = ReadonlyMap<Variant, Samples>;

/**
 * Measures the CPU that ucbulk needs for each file, beside a minimal script (the floor) and a script with the
 * official client. The variants take turns. Each is a process of its own, and so is the emulator.
 */
export async function benchCpu(sizes: CpuSizes, report: BenchReport): Promise<void> {
  const { rounds, batchFiles, singleFiles } = sizes;
  report.say('CPU of the process for each file: user and system time, without the start-up.');
  report.say(`Medians of ${rounds} rounds, with the smallest and the largest.`);
  report.say(`${batchFiles} files in batches of 100, ${singleFiles} with one request each.\n`);
  const meter = createProgramMeter();
  const measured = new Map(OPERATIONS.map(({ name }) => [name, emptySamples()]));
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const operation of OPERATIONS) {
        const samples = measured.get(operation.name) ?? emptySamples();
        await measureRound(meter, { operation, samples, files: filesOf(operation, sizes) });
      }
    }
  } finally {
    meter.dispose();
  }
  report.say(
    '| operation | program | CPU a file | times the floor | goal | syncs a file | files/s | |',
  );
  report.say('|---|---|---|---|---|---|---|---|');
  for (const operation of OPERATIONS) {
    const samples = measured.get(operation.name) ?? emptySamples();
    reportOperation(report, { operation, samples, files: filesOf(operation, sizes) });
  }
  report.say('');
  const startUps = VARIANTS.map((variant) => {
    const all = OPERATIONS.flatMap(({ name }) => measured.get(name)?.get(variant)?.startUp ?? []);
    const value = median(all.map(({ cpuMicros }) => cpuMicros / 1e6));
    report.add({ name: `cpu: start-up, ${variant}: CPU`, unit: 's', value });
    return `${variant} ${value.toFixed(2)} s`;
  });
  report.say(`start-up (CPU of a run with one file): ${startUps.join(', ')}`);
}

interface OperationRun {
  readonly operation: MeasuredOperation;
  readonly samples: Measured;
  readonly files: number;
}

function emptySamples(): Measured {
  return new Map(VARIANTS.map((variant) => [variant, { startUp: [], work: [] }]));
}

function filesOf({ isBatch }: MeasuredOperation, sizes: CpuSizes): number {
  return isBatch ? sizes.batchFiles : sizes.singleFiles;
}

/** Every variant gets two projects of its own: one for its start-up, one for the work. */
async function measureRound(meter: ProgramMeter, run: OperationRun): Promise<void> {
  const { operation, samples, files } = run;
  const emulator = await startEmulator({
    storedShare: operation.areFilesStored ? 1 : 0,
    unstoredLifetimeMs: null,
    tiesShare: 0, // the official client loses its place among files of the same time
    projects: VARIANTS.flatMap((variant) => [
      { publicKey: `${variant}start`, secretKey: 'secret', files: START_UP_FILES },
      { publicKey: `${variant}work`, secretKey: 'secret', files },
    ]),
  });
  let expected = 0;
  const measure = async (variant: Variant, part: 'start' | 'work') => {
    const cwd = meter.folder();
    writeFileSync(join(cwd, 'job.yaml'), operation.job);
    const env = {
      ...environmentFor(emulator.origin),
      UPLOADCARE_PUBLIC_KEY: `${variant}${part}`,
      UPLOADCARE_SECRET_KEY: 'secret',
    };
    const used =
      variant === 'ucbulk'
        ? await meter.measure(RUN, { cwd, env: { ...env, UCBULK_STATE: join(cwd, 'state') } })
        : await meter.measure([variant, operation.name], { cwd, env, entry: WORKER });
    expected += part === 'start' ? START_UP_FILES : files;
    const effects = (await emulator.ask('audit/summary')) as Record<
      string,
      { distinctFilesChanged: number } | undefined
    >;
    const changed = effects[operation.effect]?.distinctFilesChanged ?? 0;
    if (changed !== expected) {
      throw new Error(`${variant} ${operation.name}: ${changed} files changed, not ${expected}`);
    }
    return used;
  };
  try {
    for (const variant of VARIANTS) {
      samples.get(variant)?.startUp.push(await measure(variant, 'start'));
      samples.get(variant)?.work.push(await measure(variant, 'work'));
    }
  } finally {
    emulator.stop();
  }
}

/** The figures of one variant, for each file. */
interface VariantFigures {
  /** Of each round. */
  readonly cpu: readonly number[];
  /** The median; empty if the syncs were not counted. */
  readonly syncs: readonly number[];
  readonly filesPerSecond: number;
}

function figuresOf({ startUp, work }: Samples, files: number): VariantFigures {
  const middle = (read: (used: Used) => number) => median(startUp.map(read));
  const startCpu = middle(({ cpuMicros }) => cpuMicros);
  const startWall = middle(({ wallMs }) => wallMs);
  const startSyncs = middle(({ syncs }) => syncs ?? 0);
  const counted = files - START_UP_FILES;
  const syncs = work.flatMap((used) => (used.syncs === null ? [] : [used.syncs - startSyncs]));
  return {
    cpu: work.map(({ cpuMicros }) => (cpuMicros - startCpu) / counted),
    syncs: syncs.length === 0 ? [] : [median(syncs) / counted],
    filesPerSecond: median(work.map(({ wallMs }) => (1000 * counted) / (wallMs - startWall))),
  };
}

function reportOperation(report: BenchReport, { operation, samples, files }: OperationRun): void {
  const figures = [...samples].map(([variant, taken]) => {
    return [variant, figuresOf(taken, files)] as const;
  });
  const cpuOf = (wanted: Variant) =>
    median(figures.flatMap(([variant, { cpu }]) => (variant === wanted ? cpu : [])));
  const [floor, official] = [cpuOf('floor'), cpuOf('rest-client')];
  for (const [variant, taken] of figures) {
    const goals = variant === 'ucbulk' ? operation : null;
    const reached: boolean[] = [];
    const add = (what: string, figure: Omit<Figure, 'name'>) => {
      const name = `cpu: ${operation.shown}, ${variant}: ${what}`;
      reached.push(report.add({ name, ...figure }));
    };
    const cpu = median(taken.cpu);
    const times = cpu / floor;
    const range = rangeOf(taken.cpu);
    add('CPU a file', { unit: 'µs', value: cpu, range });
    add('times the floor', { unit: '×', value: times, ...atMost(goals?.mostTimesFloor) });
    const mostOfficial = goals?.isBelowOfficial ? 1 : undefined;
    add('times rest-client', { unit: '×', value: cpu / official, ...atMost(mostOfficial) });
    for (const value of taken.syncs) {
      add('syncs a file', { unit: '', value, ...atMost(goals?.mostSyncs) });
    }
    add('files per second', { unit: '', value: taken.filesPerSecond });
    const cells = [
      operation.shown,
      variant,
      `${cpu.toFixed(1)} µs (${range.map((value) => value.toFixed(1)).join(' to ')})`,
      times.toFixed(2),
      goals === null ? '' : goalText(goals),
      taken.syncs[0]?.toFixed(3) ?? 'not counted',
      taken.filesPerSecond.toFixed(0),
      reached.includes(false) ? 'MISSED' : '',
    ];
    report.say(`| ${cells.join(' | ')} |`);
  }
}

function atMost(most: number | undefined): Pick<Figure, 'goal'> {
  return most === undefined ? {} : { goal: { atMost: most } };
}

function goalText({ mostTimesFloor, isBelowOfficial, mostSyncs }: MeasuredOperation): string {
  const parts = [`${mostTimesFloor}`];
  if (isBelowOfficial) parts.push('below rest-client');
  if (mostSyncs !== undefined) parts.push(`${mostSyncs} syncs`);
  return parts.join('; ');
}

function rangeOf(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}
