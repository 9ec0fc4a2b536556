import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { openShell, untilPrinted } from '../support/run-cli.ts';

const SLEEPING = fileURLToPath(new URL('../support/cli-that-sleeps.ts', import.meta.url));
const SLEPT_MS = 20 * 60_000; // the service takes signatures for 15 minutes

// Linux tells of a process that it is stopped.
test.runIf(existsSync('/proc/self/status'))(
  'a machine that sleeps between an intent and its request: it is recorded and signed anew, and all is done once',
  async () => {
    const shell = await openShell({ files: 60 });
    const job = {
      version: 1,
      name: 'j',
      source: { files: {} },
      steps: [{ uses: 'copy-to-remote', with: { target: 'backup' } }],
    };
    shell.write('j.json', JSON.stringify(job));
    const slept = join(shell.cwd, 'slept-ms');
    const run = shell.start(['run', 'j.json', '--log-level', 'debug'], {
      entry: SLEEPING,
      env: { UCBULK_TEST_SLEPT: slept },
    });
    await untilPrinted(run, /falls asleep/);
    const { pid } = run.process;
    await vi.waitUntil(
      () => /State:\s+T/.test(readFileSync(`/proc/${pid}/status`, 'utf8')),
      10_000,
    );
    // Requests that were written before the sleep are answered before the service's time changes.
    let answered = -1;
    const isQuiet = () => {
      const before = answered;
      answered = shell.emulator.requestCounts().reduce((sum, { count }) => sum + count, 0);
      return answered === before;
    };
    await vi.waitUntil(isQuiet, { timeout: 10_000, interval: 300 });
    writeFileSync(slept, String(SLEPT_MS));
    shell.emulator.clock.advance(SLEPT_MS);
    run.process.kill('SIGCONT');
    const { code, stderr } = await run.ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('guard_expired')]);
    const once = { changed: 60, filesChangedMoreThanOnce: 0 };
    expect(shell.emulator.audit.summary().remote_copy).toMatchObject(once);
    expect(shell.emulator.requestCounts().filter(({ status }) => status === 401)).toEqual([]);
  },
);
