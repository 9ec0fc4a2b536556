// Tests src/engine/loop/batch-wait.ts and src/engine/loop/claim-batch.ts.

import { expect, test } from 'vitest';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

function prepare(bench: RunBench, count: number): string[] {
  const image = { name: 'cat.png', mimeType: 'image/png', isImage: true };
  return Array.from({ length: count }, () => bench.emulator.projects[0]!.addFile(image).uuid);
}

function grouping(size: number, rest: object = {}): object {
  return { uses: 'create-group', with: { size }, ...rest };
}

/** How many files each group has, in the order of the selection. */
function sizesOf(bench: RunBench, run: string): number[] {
  const sizes = new Map<unknown, number>();
  for (const { result } of bench.items(run as never)) {
    const group = result?.['group'];
    if (group !== undefined) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  return [...sizes.values()];
}

test('groups are full but for the last one, whatever their size', async () => {
  const bench = runBench();
  const source = { inline: prepare(bench, 200) };
  const end = await alive(bench.start({ source, steps: [grouping(30)] }));
  expect(sizesOf(bench, end.run)).toEqual([30, 30, 30, 30, 30, 30, 20]);
  expect(bench.effects('group_create').changed).toBe(7);
});

test('groups stay as they were intended through lost answers, refusals and a kill', async () => {
  const bench = runBench();
  const source = { inline: prepare(bench, 50) };
  const faults = [
    'reset-before-effect',
    'throttled',
    'cut-body',
    null,
    'error-before-effect',
  ] as const;
  let sent = 0;
  bench.fault = ({ method, target }) => {
    if (method !== 'POST' || !target.startsWith('/group/')) return null;
    sent += 1;
    return faults[sent - 1] ?? null;
  };
  const death = { point: 'after-write', hit: 4 } as const;
  const job = { source, steps: [grouping(10)] };
  expect(await bench.start(job, { death, concurrency: 3 })).toBeNull();
  const end = await alive(bench.resume({ concurrency: 3 }));
  expect(end.counts).toMatchObject({ done: 50 });
  expect(sizesOf(bench, end.run)).toEqual([10, 10, 10, 10, 10]);
  expect(bench.effects('group_create').changed).toBe(5);
});

test('groups stay as they were intended when each request fails often', async () => {
  const bench = runBench();
  const source = { inline: prepare(bench, 20) };
  let sent = 0;
  bench.fault = ({ method, target }) => {
    if (method !== 'POST' || !target.startsWith('/group/')) return null;
    sent += 1;
    return sent <= 12 ? 'request-timeout' : null;
  };
  const end = await alive(bench.start({ source, steps: [grouping(10)] }, { concurrency: 2 }));
  expect(end.counts).toMatchObject({ done: 20 });
  expect(sizesOf(bench, end.run)).toEqual([10, 10]);
});

test('a file that is gone leaves its group, and the others of the group stay together', async () => {
  const bench = runBench();
  const files = prepare(bench, 20);
  files[4] = '11111111-2222-4333-8444-555555555555';
  const end = await alive(bench.start({ source: { inline: files }, steps: [grouping(10)] }));
  expect(end.counts).toMatchObject({ done: 19, failed: 1 });
  expect(bench.items(end.run, 'failed')[0]).toMatchObject({ key: files[4] });
  expect(sizesOf(bench, end.run)).toEqual([9, 10]);
  expect(bench.effects('group_create').changed).toBe(2);
});

test('in a pipeline a group waits until it is full, however long the step before takes', async () => {
  const bench = runBench({ work: { uc_clamav_virus_scan: { medianMs: 20_000, sigma: 1 } } });
  const source = { inline: prepare(bench, 25) };
  const steps = [{ uses: 'addon/uc_clamav_virus_scan' }, grouping(10)];
  const end = await alive(bench.start({ source, steps }));
  expect(end.counts).toMatchObject({ done: 25 });
  expect(sizesOf(bench, end.run).sort()).toEqual([10, 10, 5]);
});

test('items that the step is not for take no place in a group', async () => {
  const bench = runBench();
  const files = prepare(bench, 300);
  const keep = files.filter((_, place) => place % 3 === 0);
  const marks = keep.map((uuid) => uuid.slice(0, 8));
  const condition = `item.key.substring(0, 8) in ${JSON.stringify(marks)}`;
  const source = { inline: files };
  const end = await alive(bench.start({ source, steps: [grouping(40, { if: condition })] }));
  expect(sizesOf(bench, end.run)).toEqual([40, 40, 20]);
});

test('two groups whose answers were lost do not exchange files, whichever is looked up first', async () => {
  const bench = runBench();
  const source = { inline: prepare(bench, 15) };
  const faults = ['throttled', 'reset-before-effect', 'reset-before-effect'] as const;
  let sent = 0;
  bench.fault = ({ method, target }) => {
    if (method !== 'POST' || !target.startsWith('/group/')) return null;
    sent += 1;
    return faults[sent - 1] ?? null;
  };
  const job = { source, steps: [grouping(10)] };
  const death = { afterMs: 20_000 } as const;
  expect(await bench.start(job, { death, concurrency: 2 })).toBeNull();
  bench.clock.suspend(600_000, 'goes on');
  const end = await alive(bench.resume({ concurrency: 1 }));
  expect(sent).toBe(5);
  const groups = bench.items(end.run).map(({ result }) => result?.['group']);
  expect(new Set(groups.slice(0, 10)).size).toBe(1);
  expect(new Set(groups.slice(10)).size).toBe(1);
});
