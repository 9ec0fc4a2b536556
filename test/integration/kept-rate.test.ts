import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Catalog } from '../../src/ledger/catalog.ts';
import { alive, runBench } from '../support/run-bench.ts';

const OWNER = { restOrigin: 'https://service.test', publicKey: 'demopublickey' };

function learnedRate(directory: string): number | undefined {
  const catalog = Catalog.open(join(directory, 'catalog.db'), () => undefined);
  const learned = catalog.learnedRate(OWNER)?.rate;
  catalog.close();
  return learned;
}

test('a run that the maximum of the user slowed down keeps no rate', async () => {
  const bench = runBench({ files: 60 });
  const job = { source: { files: {} }, steps: [{ uses: 'info' }], limits: { rate: 15 } };
  await alive(bench.start(job));
  expect(learnedRate(bench.directory)).toBeUndefined();
});

test('a process that is killed leaves the rate it had learned', async () => {
  const bench = runBench({ files: 400, storedShare: 1 });
  const steps = [{ uses: 'tags', with: { add: ['seen'] } }];
  const end = await bench.start({ source: { files: {} }, steps }, { death: { afterMs: 6000 } });
  expect(end).toBeNull();
  expect(learnedRate(bench.directory)).toBeGreaterThan(15); // it began with 10
});
