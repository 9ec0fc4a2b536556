import { expect, test } from 'vitest';
import { engineBench } from '../../../support/engine-bench.ts';

test('two files of a run are not sent as the parts of one upload, and a file may go on with its own', async () => {
  const { ledger, journal } = engineBench({ items: 2 });
  const [first, second] = ledger.items.claim(0, { now: 0, limit: 2 });
  const session = { uuid: '11111111-2222-4333-8444-555555555555', urls: [] };
  await journal.transferNotes(first!, 0).begin(session);
  const other = journal.transferNotes(second!, 0);
  await expect(other.begin(session)).rejects.toMatchObject({ code: 'answer_of_another' });
  expect(other.read()).toBeNull();
  const own = journal.transferNotes(first!, 0);
  await own.forget();
  await own.begin(session);
  expect(own.read()).toMatchObject({ session });
});
