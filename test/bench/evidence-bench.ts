import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../support/median.ts';
import { environmentFor } from '../support/spawn-program.ts';
import type { BenchReport } from './bench-report.ts';
import { createProgramMeter, type ProgramMeter, type Used } from './cpu/measure-program.ts';
import { startWithUnstored } from './unstored-files.ts';

const MOST_CPU = 1.3;
const MOST_CHECK_SECONDS = 30;
const MOST_MEGABYTES = 200;
const MILLION = 1e6;

function jobText(evidence: boolean): string {
  return `version: 1
name: bench-evidence
source: { files: { stored: false } }
where: { uploaded: { olderThan: 24h } }
steps: [{ uses: delete }]
recheckAfter: 1d
evidence: ${evidence}
`;
}

/**
 * The deletes of so many files with and without evidence: CPU and size of the ledger. Then the evidence is written
 * and checked.
 */
export async function benchEvidence(
  { files, rounds }: { readonly files: number; readonly rounds: number },
  report: BenchReport,
): Promise<void> {
  const meter = createProgramMeter();
  try {
    const small = await measureDeletes(meter, { files: 1, evidence: true });
    const ratios: number[] = [];
    const sizes = { with: 0, without: 0 };
    report.say('| deletes | CPU a file | ledger for a million files | peak memory (VmHWM) |');
    report.say('|---|---|---|---|');
    for (let round = 0; round < Math.min(rounds, 3); round += 1) {
      const without = await measureDeletes(meter, { files, evidence: false });
      const kept = await measureDeletes(meter, { files, evidence: true });
      const startUp = small.used.cpuMicros;
      for (const [name, { used, ledgerBytes }] of Object.entries({ without, with: kept })) {
        const micros = ((used.cpuMicros - startUp) / files).toFixed(1);
        const megabytes = ((ledgerBytes / files) * MILLION) / 1e6;
        report.say(
          `| ${name} evidence | ${micros} µs | ${megabytes.toFixed(0)} MB | ${(used.peakBytes / 1e6).toFixed(0)} MB |`,
        );
      }
      ratios.push((kept.used.cpuMicros - startUp) / (without.used.cpuMicros - startUp));
      sizes.with = ((kept.ledgerBytes / files) * MILLION) / 1e6;
      sizes.without = ((without.ledgerBytes / files) * MILLION) / 1e6;
      if (round > 0) continue;
      await measureEvidence(meter, { folder: kept.folder, files }, report);
    }
    const name = `evidence: ${files} deletes`;
    const ratio = median(ratios);
    const isReached = report.add({
      name: `${name}: CPU with evidence against without`,
      unit: '×',
      value: ratio,
      goal: { atMost: MOST_CPU },
    });
    report.add({ name: `${name}: ledger for a million files`, unit: 'MB', value: sizes.with });
    report.say('');
    report.say(
      `CPU, with against without: ${ratio.toFixed(2)} times${isReached ? '' : ', MISSED'}`,
    );
    report.say(
      `ledger: ${sizes.with.toFixed(0)} MB against ${sizes.without.toFixed(0)} MB a million`,
    );
  } finally {
    meter.dispose();
  }
}

interface Deleted {
  readonly folder: string;
  readonly used: Used;
  readonly ledgerBytes: number;
}

async function measureDeletes(
  meter: ProgramMeter,
  { files, evidence }: { readonly files: number; readonly evidence: boolean },
): Promise<Deleted> {
  const folder = meter.folder();
  writeFileSync(join(folder, 'job.yaml'), jobText(evidence));
  const emulator = await startWithUnstored(files);
  try {
    const env = { ...environmentFor(emulator.origin), UCBULK_STATE: join(folder, 'state') };
    const run = ['run', 'job.yaml', '--yes', '--quiet'];
    const used = await meter.measure(run, { cwd: folder, env });
    const runs = join(folder, 'state', 'runs');
    const ledger = readdirSync(runs).find((name) => name.endsWith('.db')) ?? '';
    return { folder, used, ledgerBytes: statSync(join(runs, ledger)).size };
  } finally {
    emulator.stop();
  }
}

/** Writes the evidence of a run, and checks it. */
async function measureEvidence(
  meter: ProgramMeter,
  { folder, files }: { readonly folder: string; readonly files: number },
  report: BenchReport,
): Promise<void> {
  const env = { UCBULK_STATE: join(folder, 'state') };
  const commands = {
    write: ['evidence', 'latest', '-o', 'proof', '--json'],
    check: ['evidence', '--check', 'proof', '--json'],
  };
  for (const [name, args] of Object.entries(commands)) {
    const { wallMs, peakBytes } = await meter.measure(args, { cwd: folder, env });
    const seconds = wallMs / 1000;
    const figure = `evidence: ${name} of ${files} records`;
    const isCheck = name === 'check';
    report.add({
      name: figure,
      unit: 's',
      value: seconds,
      ...(isCheck && { goal: { atMost: MOST_CHECK_SECONDS } }),
    });
    report.add({
      name: `${figure}: peak memory`,
      unit: 'MB',
      value: peakBytes / 1e6,
      goal: { atMost: MOST_MEGABYTES },
    });
    report.say(
      `| ${name} the evidence | ${seconds.toFixed(1)} s in all | – | ${(peakBytes / 1e6).toFixed(0)} MB |`,
    );
  }
  const { records } = JSON.parse(readFileSync(join(folder, 'proof', 'manifest.json'), 'utf8'));
  report.add({
    name: `evidence: records of ${files} deletes`,
    unit: '',
    value: records,
    goal: { atLeast: files },
  });
}
