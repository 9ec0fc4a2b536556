import {
  closeSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
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
  await vi.waitUntil(() => copied() > 20, 240_000);
  const ballast = join(shell.state, 'ballast');
  fillDisk(ballast);
  const copiedThen = copied();
  const { code, stderr } = await run.ended;

  expect([code, stderr]).toEqual([
    5,
    expect.stringMatching(/the disk is full[\s\S]*Free some space/),
  ]);
  expect(stderr).toMatch(/exit 5: incomplete, can be resumed\n$/);
  // What had its record is sent; a commit may still find room in what the log has already.
  expect(copied() - copiedThen).toBeLessThanOrEqual(2 * CONCURRENCY);
  expect((await shell.ucbulk(['status'])).code).toBe(0);
  // The run has left its reserve to the disk; not quite enough of that is left for the next one.
  fillDisk(`${ballast}-2`);
  truncateSync(`${ballast}-2`, Math.max(0, statSync(`${ballast}-2`).size - 300 * 1024));
  const again = await shell.ucbulk(['resume', '-q']);
  const refusal = /the disk is full[\s\S]*sets aside 768 KiB[\s\S]*Nothing was sent/;
  expect([again.code, again.stderr]).toEqual([5, expect.stringMatching(refusal)]);

  rmSync(ballast);
  rmSync(`${ballast}-2`);
  const end = await shell.ucbulk(['resume', '--json', '-q']);
  expect(end.documents).toMatchObject([{ type: 'summary', state: 'finished', exitCode: 0 }]);
  const once = { changed: FILES, filesChangedMoreThanOnce: 0 };
  expect(shell.emulator.audit.summary().remote_copy).toMatchObject(once);
});

test('a disk that fills up while pictures are paid for: every answer is recorded, nothing is in doubt', async (context) => {
  const shell = await openShell({ files: 100, storedShare: 1 });
  mountDisk(shell.state, 16 * 2 ** 20, context);
  const cut = { version: 1, name: 'j', source: { files: {} }, where: { mime: 'image/*' } };
  const job = { ...cut, steps: [{ uses: 'addon/remove_bg' }] };
  shell.write('j.json', JSON.stringify(job));
  const begun = () => shell.emulator.audit.summary().remove_bg?.changed ?? 0;

  const run = shell.start(['run', 'j.json', '-q', '--yes']);
  await vi.waitUntil(() => begun() > 10, 240_000);
  const ballast = join(shell.state, 'ballast');
  fillDisk(ballast);
  expect((await run.ended).code).toBe(5);
  expect(readdirSync(join(shell.state, 'runs')).filter((name) => /reserve/.test(name))).toEqual([]);

  rmSync(ballast);
  const end = await shell.ucbulk(['resume', '--json', '-q']);
  const counts = expect.objectContaining({ 'in-doubt': 0, failed: 0 });
  expect(end.documents).toMatchObject([{ state: 'finished', exitCode: 0, counts }]);
  expect(shell.emulator.audit.summary().remove_bg?.filesChangedMoreThanOnce).toBe(0);
});
