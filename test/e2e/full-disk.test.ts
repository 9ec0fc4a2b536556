import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { mountDisk } from '../support/mounts.ts';
import { openShell } from '../support/run-cli.ts';

const FILES = 400;
const CONCURRENCY = 8;
const COPY = {
  version: 1,
  name: 'j',
  source: { files: {} },
  steps: [{ uses: 'copy-to-remote', with: { target: 'backup' } }],
  limits: { concurrency: CONCURRENCY },
};

/** Takes the last byte of a disk. */
function fillDisk(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (;;) writeSync(file, Buffer.alloc(4096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}

test('a disk that fills up under a run: it stops within a handful of requests, and finishes once there is room', async (context) => {
  const shell = await openShell({ files: FILES });
  mountDisk(shell.state, 16 * 2 ** 20, context);
  shell.write('j.json', JSON.stringify(COPY));
  const copied = () => shell.emulator.audit.summary().remote_copy?.changed ?? 0;

  const run = shell.start(['run', 'j.json', '-q']);
  await vi.waitUntil(() => copied() > 20, 30_000);
  const ballast = join(shell.state, 'ballast');
  fillDisk(ballast);
  const copiedThen = copied();
  const { code, stderr } = await run.ended;

  expect([code, stderr]).toEqual([5, expect.stringMatching(/the disk is full[\s\S]*Make room/)]);
  expect(stderr).toMatch(/exit 5: incomplete, can be resumed\n$/);
  // What had its record is sent; a commit may still find room in what the log has already.
  expect(copied() - copiedThen).toBeLessThanOrEqual(2 * CONCURRENCY);
  expect((await shell.ucbulk(['status'])).code).toBe(0);
  const again = await shell.ucbulk(['resume', '-q']);
  expect([again.code, again.stderr]).toEqual([5, expect.stringContaining('the disk is full')]);

  rmSync(ballast);
  const end = await shell.ucbulk(['resume', '--json', '-q']);
  expect(end.documents).toMatchObject([{ type: 'summary', state: 'finished', exitCode: 0 }]);
  const once = { changed: FILES, filesChangedMoreThanOnce: 0 };
  expect(shell.emulator.audit.summary().remote_copy).toMatchObject(once);
});
