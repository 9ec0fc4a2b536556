import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../support/median.ts';
import { environmentFor, startEmulator } from '../support/spawn-program.ts';
import type { BenchReport } from './bench-report.ts';
import { createProgramMeter } from './cpu/measure-program.ts';

/** Most CPU that a command may use, as a multiple of a start of Node that does nothing. */
const MOST_RATIO: Readonly<Record<string, number>> = { '--help': 4.5, status: 5.5 };
const JOB = `version: 1
name: bench-startup
source: { files: { stored: false } }
steps: [{ uses: store }]
`;

/** The CPU of commands that send no requests, beside the bare start of Node. */
export async function benchStartup(
  { starts }: { readonly starts: number },
  report: BenchReport,
): Promise<void> {
  const meter = createProgramMeter();
  const emulator = await startEmulator({ files: 100 });
  try {
    const cwd = meter.folder();
    const nothing = join(cwd, 'nothing.mjs');
    writeFileSync(nothing, '');
    writeFileSync(join(cwd, 'job.yaml'), JOB);
    const env = { ...environmentFor(emulator.origin), UCBULK_STATE: join(cwd, 'state') };
    await meter.measure(['run', 'job.yaml', '--yes', '--quiet'], { cwd, env });
    const programs = [
      { name: 'Node alone', args: [], entry: nothing },
      { name: '--version', args: ['--version'] },
      { name: '--help', args: ['--help'] },
      { name: 'status', args: ['status'] },
      { name: 'validate', args: ['validate', 'job.yaml'] },
      { name: 'run --help', args: ['run', '--help'] },
    ].map((program) => ({ ...program, cpu: [] as number[] }));
    for (let round = 0; round < starts; round += 1) {
      for (const { args, cpu, ...rest } of programs) {
        const { cpuMicros } = await meter.measure(args, {
          cwd,
          env,
          ...('entry' in rest && rest.entry !== undefined && { entry: rest.entry }),
        });
        cpu.push(cpuMicros / 1000);
      }
    }
    printTable(programs, report);
  } finally {
    emulator.stop();
    meter.dispose();
  }
}

function printTable(
  programs: readonly { readonly name: string; readonly cpu: readonly number[] }[],
  report: BenchReport,
): void {
  const base = Math.min(...(programs[0]?.cpu ?? []));
  report.say('| program | CPU, minimum | CPU, median | times Node alone | goal | |');
  report.say('|---|---|---|---|---|---|');
  for (const { name, cpu } of programs) {
    const least = Math.min(...cpu);
    const most = MOST_RATIO[name];
    const isReached = report.add({
      name: `startup: ${name}: CPU`,
      unit: 'times Node alone',
      value: least / base,
      ...(most !== undefined && { goal: { atMost: most } }),
    });
    const cells = [`${least.toFixed(0)} ms`, `${median(cpu).toFixed(0)} ms`];
    const ratio = (least / base).toFixed(1);
    report.say(`| ${[name, ...cells, ratio, most ?? '', isReached ? '' : 'MISSED'].join(' | ')} |`);
  }
}
