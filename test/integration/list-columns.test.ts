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

test('a file that a list names again thousands of rows later is copied once', async () => {
  const bench = runBench({ files: 3500 });
  const { seededFile } = bench.emulator.projects[0]!;
  const rows = Array.from({ length: 3500 }, (_, index) => `${seededFile(index).uuid},no`);
  const twice = `${bench.emulator.projects[0]!.addFile({}).uuid},yes`;
  const path = join(bench.directory, 'files.csv');
  writeFileSync(path, `uuid,wanted\n${[twice, ...rows, twice].join('\n')}\n`);
  const steps = [{ uses: 'copy-local', if: "item.columns.wanted == 'yes'" }];

  const end = await alive(bench.start({ source: { list: { path } }, steps }));

  expect(end).toMatchObject({ state: 'finished', counts: { total: 3501, failed: 0 } });
  expect(bench.effects('local_copy')).toEqual({ changed: 1, twice: 0 });
});
