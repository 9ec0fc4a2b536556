import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alive, runBench } from '../support/run-bench.ts';

test('a column that an expression names and the list lacks stops the run before any request', async () => {
  const bench = runBench();
  const uuid = bench.emulator.projects[0]!.addFile({}).uuid;
  const path = join(bench.directory, 'files.csv');
  const steps = [{ uses: 'store', if: "has(item.columns.sku) && item.columns.sku == 'a'" }];
  const job = { source: { list: { path } }, steps };

  writeFileSync(path, `uuid,skuu\n${uuid},a\n`);
  await expect(bench.start(job)).rejects.toThrow(/has no column sku; it has uuid, skuu/);
  expect(bench.sent).toEqual([]);

  writeFileSync(path, `uuid,sku\n${uuid},a\n`);
  const end = await alive(bench.start(job));
  expect({ end, items: bench.items(end.run) }).toMatchObject({ end: { counts: { done: 1 } } });
  expect(bench.mutations).toHaveLength(1);
});
