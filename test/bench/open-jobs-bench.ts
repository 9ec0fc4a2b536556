import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentFor, startEmulator, startProgram } from '../support/spawn-program.ts';

const FEW = 500;
const MANY = 5000;
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

/** Peak memory of the runner with thousands of conversions open at once, beside a few hundred; false where it grows. */
export async function benchOpenJobs(say: (line: string) => void): Promise<boolean> {
  say('| jobs open at once | polls | peak memory of the runner (VmHWM) |');
  say('|---|---|---|');
  const peaks: number[] = [];
  for (const count of [FEW, MANY]) {
    const { open, polls, peakBytes } = await keepOpen(count);
    say(`| ${open} | ${polls} | ${(peakBytes / 1e6).toFixed(0)} MB |`);
    peaks.push(peakBytes);
  }
  const isFlat = Math.max(...peaks) - Math.min(...peaks) < MOST_GROWTH_BYTES;
  say('');
  say(`flat: ${isFlat ? 'yes' : 'NO'}`);
  return isFlat;
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
