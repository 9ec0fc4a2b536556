import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runExclusively } from '../../../src/ledger/claim-turn.ts';
import { tempDirectory } from '../../support/temp-ledger.ts';

test('a turn is for one at a time, and free again after an error', () => {
  const path = join(tempDirectory(), 'claims.lock');
  expect(runExclusively(path, () => runExclusively(path, () => 'inner'))).toEqual({ result: null });
  const failing = () =>
    runExclusively(path, () => {
      throw new Error('no');
    });
  expect(failing).toThrow('no');
  expect(runExclusively(path, () => 1)).toEqual({ result: 1 });
});

test('a turn whose lock file was removed meanwhile is taken again under the new file', () => {
  const path = join(tempDirectory(), 'claims.lock');
  runExclusively(path, () => null);
  let turns = 0;
  const turn = runExclusively(path, () => {
    turns += 1;
    if (turns === 1) rmSync(path);
    return turns;
  });
  expect(turn).toEqual({ result: turns });
  expect(turns).toBeGreaterThan(1);
});

test('a lock file that is removed in every turn gives no turn', () => {
  const path = join(tempDirectory(), 'claims.lock');
  expect(runExclusively(path, () => rmSync(path))).toBeNull();
});
