import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { takeLock } from '../../../src/ledger/process-lock.ts';
import { tempDirectory } from '../../support/temp-ledger.ts';

/** Asks another process whether the lock is held. */
function isHeldForOthers(path: string): boolean {
  const entry = fileURLToPath(new URL('../../support/look-at-lock.ts', import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', entry, path], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.trim() === 'true';
}

test('a process that tries to take its own lock again does not lose it', () => {
  const path = join(tempDirectory(), 'run.lock');
  const lock = takeLock(path);
  expect(isHeldForOthers(path)).toBe(true);
  // A resume does this when it removes what the killed process of the same run left behind.
  expect(takeLock(path, 'alone', 0)).toBeNull();
  expect(isHeldForOthers(path)).toBe(true);
  lock?.release();
  expect(isHeldForOthers(path)).toBe(false);
});
