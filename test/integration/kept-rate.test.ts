import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Catalog } from '../../src/ledger/catalog.ts';
import { runBench } from '../support/run-bench.ts';

test('a process that is killed leaves the rate it had learned', async () => {
  const bench = runBench({ files: 400, storedShare: 1 });
  const steps = [{ uses: 'tags', with: { add: ['seen'] } }];
  const end = await bench.start({ source: { files: {} }, steps }, { death: { afterMs: 6000 } });
  expect(end).toBeNull();
  const catalog = Catalog.open(join(bench.directory, 'catalog.db'), () => undefined);
  const owner = { restOrigin: 'https://service.test', publicKey: 'demopublickey' };
  const learned = catalog.learnedRate(owner)?.rate ?? 0;
  catalog.close();
  expect(learned).toBeGreaterThan(15); // it began with 10
});
