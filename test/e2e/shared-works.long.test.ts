import { expect, test, vi } from 'vitest';
import { openShell, type Shell } from '../support/run-cli.ts';

const FILES = 24;
const UPLOADED = '2026-11-01T10:00:00.000000Z';

/** A shell with pictures, and two jobs that cut them out from either end. */
async function shellWithJobs(): Promise<Shell> {
  const work = { remove_bg: { medianMs: 300, sigma: 0, hiddenMs: 0 } };
  const shell = await openShell({ files: 0, work });
  const inline = Array.from({ length: FILES }, () => {
    const picture = { mimeType: 'image/png', isImage: true, uploadedAt: UPLOADED };
    return shell.project.addFile({ ...picture, storedAt: UPLOADED }).uuid;
  });
  for (const [name, files] of [
    ['first', inline],
    ['second', inline.toReversed()],
  ] as const) {
    const job = {
      version: 1,
      name,
      source: { inline: files },
      steps: [{ uses: 'addon/remove_bg' }],
      concurrency: { onConflict: 'share' },
      limits: { rate: 12 },
    };
    shell.write(`${name}.json`, JSON.stringify(job));
  }
  return shell;
}

function paid(shell: Shell): { changed: number; twice: number } {
  const sums = shell.emulator.audit.summary().remove_bg;
  return { changed: sums?.changed ?? 0, twice: sums?.filesChangedMoreThanOnce ?? 0 };
}

function untilPaid(shell: Shell, count: number): Promise<unknown> {
  return vi.waitUntil(() => paid(shell).changed >= count, 240_000);
}

test.each([0, 3, 15])(
  'two processes on one project, the second after %s payments: each file is paid for once',
  async (after) => {
    const shell = await shellWithJobs();
    const first = shell.start(['run', 'first.json', '--yes', '-q']);
    await untilPaid(shell, after);
    const second = await shell.ucbulk(['run', 'second.json', '--yes', '-q']);

    expect([(await first.ended).code, second.code]).toEqual([0, 0]);
    expect(paid(shell)).toEqual({ changed: FILES, twice: 0 });
  },
);

test.each(['first', 'second'] as const)(
  'the %s of two processes is killed with kill -9, and resumed: no file is paid for twice',
  async (victim) => {
    const shell = await shellWithJobs();
    const runs = {
      first: shell.start(['run', 'first.json', '--yes', '-q']),
      second: shell.start(['run', 'second.json', '--yes', '-q']),
    };
    await untilPaid(shell, 6);
    runs[victim].process.kill('SIGKILL');
    const other = await runs[victim === 'first' ? 'second' : 'first'].ended;

    // What the killed run had sent is its own to end; all else is done by the other one.
    expect([0, 1]).toContain(other.code);
    const resumed = await shell.ucbulk(['resume', '--yes', '-q']);
    expect([0, 11]).toContain(resumed.code);
    const { changed, twice } = paid(shell);
    expect(twice).toBe(0);
    expect(changed).toBeGreaterThanOrEqual(FILES - 8);
    if (resumed.code === 0) expect(changed).toBe(FILES);
  },
);
