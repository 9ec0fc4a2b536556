// Tests src/job/job-part.ts.

import { describe, expect, test } from 'vitest';
import { createDraw } from '../../src/filters/item-draw.ts';
import { withPart } from '../../src/job/job-part.ts';
import { startRun } from '../../src/run/start-run.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const STORE = { source: { files: { stored: false, pageSize: 20 } }, steps: [{ uses: 'store' }] };

/** The files that a run stored, in the order of the listing. */
async function stored(bench: RunBench, job: object): Promise<string[]> {
  const end = await alive(bench.start(job));
  expect(end.state).toBe('finished');
  return bench.items(end.run, 'done').map(({ key }) => key);
}

/** Adds unstored files; returns their UUIDs. */
function added({ emulator }: RunBench, count: number): string[] {
  return Array.from({ length: count }, () => emulator.projects[0]!.addFile().uuid);
}

function listingPages(bench: RunBench): number {
  return bench.sent.filter(({ target }) => target.startsWith('/files/?')).length;
}

describe('limits.items', () => {
  test('the first items are the whole run, and the listing ends with them', async () => {
    const bench = runBench({ files: 100, storedShare: 0 });
    const end = await alive(bench.start({ ...STORE, limits: { items: 25 } }));

    expect(end).toMatchObject({ state: 'finished', counts: { total: 25, done: 25 }, stop: null });
    expect(end.leftOut.unlisted).toBe(0);
    expect(listingPages(bench)).toBe(2);
    expect(bench.effects('store')).toEqual({ changed: 25, twice: 0 });
  });

  test('a resume adds no items, and refuses a job file with another limit', async () => {
    const bench = runBench({ files: 100, storedShare: 0 });
    const budget = { ...STORE, limits: { items: 25, requests: 3 } };
    expect(await alive(bench.start(budget))).toMatchObject({ stop: { kind: 'budget' } });

    const other = { job: { ...STORE, limits: { items: 90 } } };
    await expect(bench.resume(other)).rejects.toThrow('limits.items: 25 → 90');

    const end = await alive(bench.resume({ job: STORE }));
    expect(end).toMatchObject({ state: 'finished', counts: { total: 25, done: 25 } });
    expect(bench.effects('store').changed).toBe(25);
  });

  test('the question and maxItems count the items of the limit', async () => {
    const bench = runBench({ files: 100, storedShare: 0 });
    const asked: unknown[] = [];
    const job = { ...STORE, steps: [{ uses: 'delete' }], guard: { maxItems: 30 } };
    const end = await alive(
      bench.start(
        { ...job, limits: { items: 30 } },
        {
          confirm: async (question) => {
            asked.push(question);
            return true;
          },
        },
      ),
    );
    expect(end.counts).toMatchObject({ total: 30, done: 30 });
    expect(asked).toMatchObject([{ items: 30, effects: [{ kind: 'delete', count: 30 }] }]);
  });

  test('maxShare looks at the whole listing', async () => {
    const bench = runBench({ files: 100, storedShare: 0 });
    const job = { ...STORE, guard: { maxShare: '30%' }, limits: { items: 30 } };
    expect(await alive(bench.start(job))).toMatchObject({
      state: 'finished',
      counts: { done: 30 },
    });
    expect(listingPages(bench)).toBe(5);

    const tooMany = { ...job, limits: { items: 31 } };
    expect(await alive(bench.start(tooMany))).toMatchObject({ stop: { kind: 'guard' } });
  });

  test('a list that repeats files gives the limit in different files', async () => {
    const bench = runBench();
    const [first, second, third, fourth] = added(bench, 4) as [string, string, string, string];
    const inline = [first, second, first, second, third, fourth];
    const job = { source: { inline }, steps: [{ uses: 'store' }], limits: { items: 3 } };
    expect(await stored(bench, job)).toEqual([first, second, third]);
    expect((await bench.plan(job)).selected).toBe(3);
  });

  test('a plan counts as the run does', async () => {
    const bench = runBench({ files: 100, storedShare: 0 });
    const plan = await bench.plan({ ...STORE, limits: { items: 25 } });
    expect(plan).toMatchObject({ selected: 25, leftOut: { unlisted: 0 } });
    expect(plan.guard).toBeNull();
  });
});

describe('where.sample and where.shard', () => {
  test('a sample is always the same part, and a smaller one is a part of it', async () => {
    const one = runBench({ files: 400, storedShare: 0 });
    const half = await stored(one, { ...STORE, where: { sample: '50%' } });
    expect(half.length).toBeGreaterThan(150);
    expect(half.length).toBeLessThan(250);

    const other = runBench({ files: 400, storedShare: 0 });
    const tenth = await stored(other, { ...STORE, where: { sample: '10%' } });
    expect(tenth.length).toBeGreaterThan(15);
    expect(tenth.length).toBeLessThan(70);
    expect(half).toEqual(expect.arrayContaining(tenth));
  });

  test('the shards of a job are disjoint, and together they are the whole job', async () => {
    const bench = runBench();
    const all = added(bench, 300);
    const parts: string[][] = [];
    for (const shard of ['1/3', '2/3', '3/3']) {
      parts.push(
        await stored(bench, { source: { inline: all }, where: { shard }, steps: STORE.steps }),
      );
    }
    expect(parts.flat().sort()).toEqual([...all].sort());
    for (const part of parts) expect(part.length).toBeGreaterThan(60);
  });

  test('a shard of a sample has about its share of it', () => {
    const keys = Array.from({ length: 4000 }, (_, place) => `key ${place}`);
    const inSample = createDraw({ sample: 0.5 });
    const inBoth = createDraw({ sample: 0.5, shard: { index: 2, count: 4 } });
    const sample = keys.filter((key) => inSample?.(key));
    const both = keys.filter((key) => inBoth?.(key));
    expect(sample).toEqual(expect.arrayContaining(both));
    expect(both.length / sample.length).toBeGreaterThan(0.2);
    expect(both.length / sample.length).toBeLessThan(0.3);
  });

  test.each([{ sample: 1 }, { shard: { index: 1, count: 1 } }, {}])('%j takes all', (draw) => {
    expect(createDraw(draw)).toBeNull();
  });

  test.each([
    [{ sample: '0%' }, 'takes no item; name a share above 0%'],
    [{ sample: 0.5 }, 'a share such as 1% or 0.5%, above 0%'],
    [{ shard: '4/3' }, 'K must be from 1 to N'],
    [{ shard: '0/3' }, 'K must be from 1 to N'],
    [{ shard: 'first' }, 'a share K/N such as 1/4'],
  ])('%j is refused', (where, words) => {
    expect(() => runBench().job({ ...STORE, where })).toThrow(words);
  });

  test('a limit of 0 is refused', () => {
    expect(() => runBench().job({ ...STORE, limits: { items: 0 } })).toThrow(
      'limits.items: expected a whole number of at least 1, got 0',
    );
  });
});

test('a resume with the job file keeps the limit, sample and shard of the flags', async () => {
  const bench = runBench({ files: 100, storedShare: 0 });
  const part = { limit: 10, sample: 0.5, shard: { index: 1, count: 2 } };
  const narrow = withPart(bench.job({ ...STORE, limits: { requests: 2 } }), part);
  await bench.live({}, (context) => startRun(narrow, context));

  const end = await alive(bench.resume({ job: STORE }));
  expect(end).toMatchObject({ state: 'finished', counts: { total: 10, done: 10 } });
  expect(bench.effects('store').changed).toBe(10);
});
