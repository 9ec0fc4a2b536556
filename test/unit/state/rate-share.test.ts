import { writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { RunId } from '../../../src/core/run.ts';
import { Catalog } from '../../../src/ledger/catalog.ts';
import { takeLock } from '../../../src/ledger/process-lock.ts';
import { RateShare } from '../../../src/state/rate-share.ts';
import { createStateDirectory } from '../../../src/state/state-paths.ts';
import { createSystemFiles } from '../../../src/world/system-files.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { tempDirectory } from '../../support/temp-ledger.ts';

const connection = {
  publicKey: 'pub',
  secretKey: 'secret',
  restOrigin: 'https://api.test',
  auth: 'signed',
} as const;

/** Waits for the files that a count reads. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 240_000 });

/** Another program writes to a database until the returned function is called. */
function lockDatabase(path: string): () => void {
  const other = new Database(path);
  onTestFinished(() => void other.close());
  other.exec('BEGIN IMMEDIATE');
  return () => other.exec('ROLLBACK');
}

test('a locked catalog does not stop the program, and the rate is saved at the next count', async () => {
  const files = createSystemFiles();
  const paths = await createStateDirectory(tempDirectory(), files);
  const pragma = vi.spyOn(Database.prototype, 'pragma');
  const catalog = Catalog.open(paths.catalog, () => undefined);
  const opened = pragma.mock.contexts.at(-1);
  pragma.mockRestore();
  onTestFinished(() => catalog.close());
  if (!(opened instanceof Database)) throw new Error('no database was opened');
  expect(opened.pragma('busy_timeout', { simple: true })).toBe(50);

  const clock = new FakeClock();
  const warnings: string[] = [];
  const share = await RateShare.open({
    paths,
    connection,
    catalog,
    context: { world: { clock, files }, log: (_level, _facts, text) => warnings.push(text) },
  });
  const stop = new AbortController();
  const watched = share.watch(() => 30, stop.signal);
  const joined = ['run-a', 'run-b'].map((run) => {
    const path = paths.shareLock('pub', run as RunId);
    writeFileSync(path, '');
    return takeLock(path, 'alone');
  });
  onTestFinished(() => {
    for (const lock of joined) lock?.release();
  });
  const unlock = lockDatabase(paths.catalog);
  await clock.advance(2000);
  await eventually(() => expect(warnings).toHaveLength(1));
  expect(share.ceiling()).toBe(Number.POSITIVE_INFINITY);

  unlock();
  await eventually(() => expect(clock.sleeping).toBe(1));
  await clock.advance(2000);
  await eventually(() => expect(share.ceiling()).toBe(15));
  stop.abort();
  await watched;
});
