import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentFor, startProgram } from '../support/spawn-program.ts';
import type { BenchReport, Figure } from './bench-report.ts';
import { startWithUnstored } from './unstored-files.ts';

const JOB = `
version: 1
name: bench-cleanup
source: { files: { stored: false } }
where: { uploaded: { olderThan: 24h } }
steps: [{ uses: delete }]
recheckAfter: 1d
`;

type Ask = (path: string) => Promise<unknown>;

interface EffectSums {
  readonly changed: number;
  readonly distinctFilesChanged: number;
  readonly filesChangedMoreThanOnce: number;
}

interface Measured {
  readonly files: number;
  readonly seconds: number;
  readonly requests: number;
  readonly peakMegabytes: number;
  readonly deleted: EffectSums;
}

const SETTLE_MS = 500;
const MOST_MEGABYTES = 200;
const MOST_GROWTH = 1.2; // against 100,000 files; a smaller run has not filled its heap yet
const GROWTH_BASE = 100_000;

/**
 * The cleanup of so many files on the emulator, beside one of fewer: requests, peak memory of the
 * runner's process, and the proof that all were deleted once.
 */
export async function benchCleanup(
  sizes: { readonly files: number; readonly small: number },
  report: BenchReport,
): Promise<void> {
  const small = await measureCleanup(sizes.small);
  const large = await measureCleanup(sizes.files);
  const resumed = await measureResumed(sizes.files);
  report.say(
    '| files | requests | peak memory of the runner (VmHWM) | deleted once | deleted twice | time | |',
  );
  report.say('|---|---|---|---|---|---|---|');
  reportCleanup(small, report);
  reportCleanup(large, report);
  reportCleanup(resumed, report, ' with a kill -9');
  const growth = large.peakMegabytes / small.peakMegabytes;
  const isFlat = report.add({
    name: `cleanup: peak memory, ${sizes.files} files against ${sizes.small}`,
    unit: '×',
    value: growth,
    ...(sizes.small < GROWTH_BASE ? {} : { goal: { atMost: MOST_GROWTH } }),
  });
  report.add({
    name: `cleanup: resume of ${sizes.files} files: first request after`,
    unit: 'ms',
    value: resumed.firstRequestMs,
  });
  report.say('');
  report.say(
    `peak memory, large against small: ${growth.toFixed(2)} times${isFlat ? '' : ', MISSED'}`,
  );
  report.say(
    `resume of a half-done run of ${sizes.files}: first request after ${resumed.firstRequestMs} ms`,
  );
}

function reportCleanup(run: Measured, report: BenchReport, how = ''): void {
  const { files, requests, peakMegabytes, seconds } = run;
  const { distinctFilesChanged: once, filesChangedMoreThanOnce: twice } = run.deleted;
  const add = (what: string, value: number, rest: Pick<Figure, 'goal'> & { unit?: string } = {}) =>
    report.add({ name: `cleanup: ${files} files${how}: ${what}`, unit: '', value, ...rest });
  add('requests', requests);
  add('time', seconds, { unit: 's' });
  const reached = [
    add('peak memory', peakMegabytes, { unit: 'MB', goal: { atMost: MOST_MEGABYTES } }),
    add('files deleted', once, { goal: { atLeast: files } }),
    add('files deleted twice', twice, { goal: { atMost: 0 } }),
  ];
  const cells = [
    `${files}${how}`,
    requests,
    `${peakMegabytes.toFixed(0)} MB`,
    once,
    twice,
    `${seconds.toFixed(0)} s`,
    reached.includes(false) ? 'MISSED' : '',
  ];
  report.say(`| ${cells.join(' | ')} |`);
}

async function measureCleanup(files: number): Promise<Measured> {
  return inFolder(files, async ({ cwd, env, ask }) => {
    const startedAt = performance.now();
    const end = await startProgram(['run', 'job.yaml', '--yes', '--json'], { cwd, env }).ended;
    if (end.code !== 0) throw new Error(`The run ended with ${end.code}: ${end.stderr}`);
    return { ...(await measuredSince(startedAt, ask)), files, peakMegabytes: end.peakBytes / 1e6 };
  });
}

async function measuredSince(
  startedAt: number,
  ask: Ask,
): Promise<Pick<Measured, 'seconds' | 'requests' | 'deleted'>> {
  const seconds = (performance.now() - startedAt) / 1000;
  const { delete: deleted } = (await ask('audit/summary')) as { delete: EffectSums };
  const { requests } = (await ask('state')) as { requests: number };
  return { seconds, requests, deleted };
}

/**
 * Kills a run after a quarter of its deletes, and resumes it to its end. The peak memory is that of the process
 * that needed more.
 */
async function measureResumed(files: number): Promise<Measured & { firstRequestMs: number }> {
  return inFolder(files, async ({ cwd, env, ask }) => {
    const effects = async () => ((await ask('state')) as { effects: number }).effects;
    const requests = async () => ((await ask('state')) as { requests: number }).requests;
    const startedAt = performance.now();
    const first = startProgram(['run', 'job.yaml', '--yes'], { cwd, env });
    while ((await effects()) < files / 4) await pause(50);
    first.process.kill('SIGKILL');
    const killed = await first.ended;
    const before = await settled(requests);
    const resumedAt = performance.now();
    const second = startProgram(['resume', '--yes'], { cwd, env });
    while ((await requests()) === before) await pause(5);
    const firstRequestMs = Math.round(performance.now() - resumedAt);
    const end = await second.ended;
    if (end.code !== 0) throw new Error(`The resumed run ended with ${end.code}: ${end.stderr}`);
    const measured = await measuredSince(startedAt, ask);
    return {
      ...measured,
      files,
      peakMegabytes: Math.max(killed.peakBytes, end.peakBytes) / 1e6,
      firstRequestMs,
    };
  });
}

/** A count that no longer changes: the emulator still answers requests of a killed process. */
async function settled(count: () => Promise<number>): Promise<number> {
  let last = await count();
  for (;;) {
    await pause(SETTLE_MS);
    const now = await count();
    if (now === last) return now;
    last = now;
  }
}

/** Calls `use` with a folder that has the job of a cleanup, and with an emulator of so many files. */
export async function inFolder<Result>(
  files: number,
  use: (place: { cwd: string; env: Record<string, string>; ask: Ask }) => Promise<Result>,
): Promise<Result> {
  const cwd = mkdtempSync(join(tmpdir(), 'ucbulk-bench-'));
  writeFileSync(join(cwd, 'job.yaml'), JOB);
  const emulator = await startWithUnstored(files);
  try {
    const env = { ...environmentFor(emulator.origin), UCBULK_STATE: join(cwd, 'state') };
    return await use({ cwd, env, ask: (path) => emulator.ask(path) });
  } finally {
    emulator.stop();
    rmSync(cwd, { recursive: true, force: true });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
