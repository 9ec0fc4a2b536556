import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentFor, startEmulator, startProgram } from '../support/spawn-program.ts';
import type { BenchReport } from './bench-report.ts';

const FEW = 500;
const MOST_GROWTH_BYTES = 50e6; // what a garbage collector may put off
const LIST_RATE = 400;
const LOOK_MS = 200;

const JOB = `
version: 1
name: bench-open-jobs
source: { files: { stored: true } }
steps: [{ uses: convert/document, with: { format: pdf } }]
limits: { rate: ${LIST_RATE} }
`;

/** Peak memory of the runner with many conversions open at once, beside a few hundred. */
export async function benchOpenJobs(many: number, report: BenchReport): Promise<void> {
  report.say('| jobs open at once | polls | peak memory of the runner (VmHWM) |');
  report.say('|---|---|---|');
  const peaks: number[] = [];
  for (const count of [FEW, many]) {
    const { open, polls, peakBytes } = await keepOpen(count);
    report.say(`| ${open} | ${polls} | ${(peakBytes / 1e6).toFixed(0)} MB |`);
    peaks.push(peakBytes);
  }
  const isFlat = report.add({
    name: `polls: ${many} open jobs: more memory than with ${FEW}`,
    unit: 'MB',
    value: (Math.max(...peaks) - Math.min(...peaks)) / 1e6,
    goal: { atMost: MOST_GROWTH_BYTES / 1e6 },
  });
  report.say('');
  report.say(`flat: ${isFlat ? 'yes' : 'NO'}`);
}

/** Conversions that never end, asked about until each was twice on average; then the run is stopped. */
async function keepOpen(count: number) {
  const cwd = mkdtempSync(join(tmpdir(), 'ucbulk-bench-'));
  writeFileSync(join(cwd, 'job.yaml'), JOB);
  const emulator = await startEmulator({
    files: count,
    storedShare: 1,
    work: { convert_document: { endlessShare: 1, sigma: 0 } },
  });
  try {
    const env = { ...environmentFor(emulator.origin), UCBULK_STATE: join(cwd, 'state') };
    const program = startProgram(['run', 'job.yaml', '--yes', '--json'], { cwd, env });
    const requests = async () => ((await emulator.ask('state')) as { requests: number }).requests;
    while ((await requests()) < 3 * count) await new Promise((go) => setTimeout(go, LOOK_MS));
    program.process.kill('SIGINT');
    const end = await program.ended;
    const { counts } = JSON.parse(end.stdout) as { counts: { waiting: number } };
    const polls = await requests();
    return { open: counts.waiting, polls, peakBytes: end.peakBytes };
  } finally {
    emulator.stop();
    rmSync(cwd, { recursive: true, force: true });
  }
}
