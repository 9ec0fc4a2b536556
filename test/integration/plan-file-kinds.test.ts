import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPlan } from '../../src/plans/read-plan.ts';
import { createSystemFiles } from '../../src/world/system-files.ts';
import { runBench } from '../support/run-bench.ts';

const files = createSystemFiles();
const SCAN = { uses: 'addon/uc_clamav_virus_scan', with: { purgeInfected: true } };
const CUT = { uses: 'addon/remove_bg' };

test.each([
  ['a scan that deletes', { steps: [SCAN] }, 8],
  [
    'two steps with the same paid work',
    {
      steps: [
        { id: 'a', ...CUT },
        { id: 'b', ...CUT },
      ],
    },
    8,
  ],
  ['a step with a condition', { steps: [{ uses: 'delete', if: 'file.size > 5' }] }, 8],
  ['a paid step with a limit', { steps: [CUT], limits: { paid: { remove_bg: 3 } } }, 8],
  ['steps of several kinds', { steps: [{ uses: 'store' }, { uses: 'info' }, SCAN] }, 8],
  ['groups', { steps: [{ uses: 'create-group', with: { size: 3 } }] }, 8],
  ['no item', { where: { size: { min: '1TB' } }, steps: [{ uses: 'delete' }] }, 0],
  ['a limit', { limits: { items: 3 }, steps: [{ uses: 'delete' }] }, 3],
])('a plan of %s has the numbers of its items', async (_, job, items) => {
  const bench = runBench({ files: 8 });
  const path = await bench.freeze({ source: { files: { pageSize: 5 } }, ...job });
  expect(await readPlan({ files, path, file: 'some.plan' })).toMatchObject({ items, open: 0 });
});

test('a plan of a folder has the numbers of its items', async () => {
  const bench = runBench();
  const folder = join(bench.directory, 'in');
  mkdirSync(folder);
  for (const name of ['a.txt', 'b.txt', 'c.txt']) writeFileSync(join(folder, name), name);
  const path = await bench.freeze({
    source: { folder: { path: folder } },
    steps: [{ uses: 'upload' }],
  });
  expect(await readPlan({ files, path, file: 'some.plan' })).toMatchObject({ items: 3, open: 0 });
});

test('a plan with undecided files has the numbers of its items', async () => {
  const bench = runBench({ files: 8 });
  let listed = 0;
  bench.changeFile = (file) => {
    listed += 1;
    if (listed % 2 === 0) Reflect.deleteProperty(file, 'tags');
    return file;
  };
  const where = { tags: { none: ['keep'] } };
  const path = await bench.freeze({ source: { files: {} }, where, steps: [SCAN] });
  const plan = await readPlan({ files, path, file: 'some.plan' });
  expect(plan.items + plan.open).toBe(8);
  expect(plan.open).toBeGreaterThan(0);
});
