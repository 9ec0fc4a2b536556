import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentFor, startEmulator, startProgram } from '../support/spawn-program.ts';

const DAY_MS = 86_400_000;
const JOB = `
version: 1
name: bench-cleanup
source: { files: { stored: false } }
where: { uploaded: { olderThan: 24h } }
steps: [{ uses: delete }]
recheckAfter: 1d
`;

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

/**
 * The cleanup of so many files on the emulator, beside one of fewer: requests, peak memory of the
 * runner's process, and the proof that all were deleted once; false where one was not.
 */
export async function benchCleanup(
  sizes: { files: number; small: number },
  say: (line: string) => void,
): Promise<boolean> {
  const small = await measureCleanup(sizes.small);
  const large = await measureCleanup(sizes.files);
  const resume = await measureResume(sizes.files);
  say(
    '| files | requests | peak memory of the runner (VmHWM) | deleted once | deleted twice | time |',
  );
  say('|---|---|---|---|---|---|');
  for (const run of [small, large]) {
    const { distinctFilesChanged, filesChangedMoreThanOnce } = run.deleted;
    say(
      `| ${run.files} | ${run.requests} | ${run.peakMegabytes.toFixed(0)} MB | ${distinctFilesChanged} | ${filesChangedMoreThanOnce} | ${run.seconds.toFixed(0)} s |`,
    );
  }
  say('');
  say(
    `peak memory, large against small: ${(large.peakMegabytes / small.peakMegabytes).toFixed(2)} times`,
  );
  say(`resume of a half-done run of ${sizes.files}: first request after ${resume} ms`);
  return [small, large].every(
    ({ files, deleted }) =>
      deleted.distinctFilesChanged === files && deleted.filesChangedMoreThanOnce === 0,
  );
}

async function measureCleanup(files: number): Promise<Measured> {
  return inFolder(files, async ({ cwd, env, ask }) => {
    const startedAt = performance.now();
    const end = await startProgram(['run', 'job.yaml', '--yes', '--json'], { cwd, env }).ended;
    if (end.code !== 0) throw new Error(`The run ended with ${end.code}: ${end.stderr}`);
    const summary = (await ask('audit/summary')) as { delete: EffectSums };
    const { requests } = (await ask('state')) as { requests: number };
    return {
      files,
      seconds: (performance.now() - startedAt) / 1000,
      requests,
      peakMegabytes: end.peakBytes / 1e6,
      deleted: summary.delete,
    };
  });
}

/** Kills a run in the middle of its deletes, and times `resume` from its start to its first request. */
async function measureResume(files: number): Promise<number> {
  return inFolder(files, async ({ cwd, env, ask }) => {
    const effects = async () => ((await ask('state')) as { effects: number }).effects;
    const requests = async () => ((await ask('state')) as { requests: number }).requests;
    const first = startProgram(['run', 'job.yaml', '--yes'], { cwd, env });
    while ((await effects()) < files / 4) await pause(50);
    first.process.kill('SIGKILL');
    await first.ended;
    const before = await requests();
    const startedAt = performance.now();
    const second = startProgram(['resume', '--yes'], { cwd, env });
    while ((await requests()) === before) await pause(5);
    const elapsed = Math.round(performance.now() - startedAt);
    second.process.kill('SIGKILL');
    await second.ended;
    return elapsed;
  });
}

async function inFolder<Result>(
  files: number,
  use: (place: {
    cwd: string;
    env: Record<string, string>;
    ask: (path: string) => Promise<unknown>;
  }) => Promise<Result>,
): Promise<Result> {
  const cwd = mkdtempSync(join(tmpdir(), 'ucbulk-bench-'));
  writeFileSync(join(cwd, 'job.yaml'), JOB);
  const emulator = await startEmulator({
    files,
    storedShare: 0,
    oldestAgeMs: 400 * DAY_MS,
    newestAgeMs: 2 * DAY_MS,
    unstoredLifetimeMs: null,
  });
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
