// Tests src/ledger/migrations/0005-waiting-answer.ts.

import { expect, test } from 'vitest';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { LedgerReader } from '../../../src/ledger/ledger-reader.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { toSchema } from '../../support/older-ledger.ts';
import { tempLedger } from '../../support/temp-ledger.ts';

const CANARY = 'The canary is complete. Then answer on a terminal, or continue with --yes.';

test.each([
  ['Not confirmed: to delete 4 files needs a confirmation.', true],
  [CANARY, true],
  ['Too many items', false],
  [null, false],
])('a migrated ledger of a run that stopped with "%s": %s', (reason, expected) => {
  const { ledger, path } = tempLedger();
  ledger.transaction(() => ledger.run.setState('aborted', reason, 5));
  ledger.close();
  toSchema(path, 4);

  const reader = LedgerReader.open(path);
  expect(reader.run.get().waitsForAnswer).toBe(expected);
  reader.close();
  const migrated = Ledger.open(path, { clock: new FakeClock() });
  expect(migrated.run.get().waitsForAnswer).toBe(expected);
  migrated.transaction(() => migrated.run.setState('active', null, null));
  expect(migrated.run.get().waitsForAnswer).toBe(false);
  migrated.transaction(() => migrated.run.setState('aborted', 'in other words', 6, true));
  expect(migrated.run.get().waitsForAnswer).toBe(true);
  migrated.close();
});
