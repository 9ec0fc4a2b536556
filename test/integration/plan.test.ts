import { expect, test } from 'vitest';
import { planText } from '../../src/cli/plan-text.ts';
import { runBench } from '../support/run-bench.ts';

const HOUR = 3_600_000;

/** Unstored files of these ages, oldest first. */
function benchWith(ages: readonly number[]) {
  const bench = runBench();
  const project = bench.emulator.projects[0]!;
  const now = bench.clock.now();
  const files = ages.map((age, index) =>
    project.addFile({
      uploadedAt: new Date(now - age).toISOString(),
      storedAt: null,
      size: 1000 + index,
    }),
  );
  return {
    bench,
    files: files.map(({ uuid }, index) => ({ uuid, uploadedAt: now - (ages[index] ?? 0) })),
  };
}

const MARK = { source: { files: {} }, steps: [{ uses: 'metadata', with: { set: { a: '1' } } }] };

test('a plan sends only the pages of the listing and the check of the keys', async () => {
  const { bench } = benchWith([5 * HOUR, 4 * HOUR, 3 * HOUR, 2 * HOUR, HOUR]);
  const job = { source: { files: { pageSize: 2 } }, steps: [{ uses: 'delete' }] };
  const plan = await bench.plan(job);
  expect(plan).toMatchObject({ listed: 5, selected: 5, selectedAtMost: 5, pages: 3, reads: 0 });
  const sent = bench.sent.map(({ method, target }) => `${method} ${target.split('?')[0]}`);
  expect(sent).toEqual(['GET /project/', 'GET /files/', 'GET /files/', 'GET /files/']);
});

test('progress moves with each page', async () => {
  const { bench } = benchWith([4 * HOUR, 3 * HOUR, 2 * HOUR, HOUR]);
  await bench.plan({ source: { files: { pageSize: 2 } }, steps: [{ uses: 'store' }] });
  const walked = bench.events.filter(({ kind }) => kind === 'page-walked');
  expect(walked).toMatchObject([
    { page: 1, listed: 2, selectedTotal: 2 },
    { page: 2, listed: 2, selectedTotal: 4 },
  ]);
});

test.each([
  [2, '2 items on 1 page; then the limit of items was reached'],
  [5, '5 items on 3 pages'],
])('a plan shows whether the listing ended at the limit: %i of 5', async (items, listed) => {
  const { bench } = benchWith([5 * HOUR, 4 * HOUR, 3 * HOUR, 2 * HOUR, HOUR]);
  const job = { ...MARK, source: { files: { pageSize: 2 } }, limits: { items } };
  expect(planText(bench.job(job), await bench.plan(job))).toMatch(
    new RegExp(`^listed +${listed}$`, 'm'),
  );
});

test('each step has its requests by endpoint; a step with an if has no least number', async () => {
  const { bench } = benchWith(Array.from({ length: 101 }, (_, index) => (200 - index) * HOUR));
  const plan = await bench.plan({
    source: { files: {} },
    steps: [
      { id: 'label', uses: 'metadata', with: { set: { a: '1', b: '2' }, remove: ['c'] } },
      { id: 'keep', uses: 'store', if: 'file.size > 1050' },
    ],
  });
  expect(plan.steps).toMatchObject([
    {
      id: 'label',
      items: { least: 101, most: 101 },
      requests: [
        { endpoint: 'PUT /files/{uuid}/metadata/{key}/', least: 202, most: 202 },
        { endpoint: 'DELETE /files/{uuid}/metadata/{key}/', least: 101, most: 101 },
      ],
    },
    {
      id: 'keep',
      items: { least: 0, most: 101 },
      requests: [{ endpoint: 'PUT /files/storage/', least: 0, most: 2 }],
    },
  ]);
});

test('the examples are the first, the last, the largest and the oldest item', async () => {
  const { bench, files } = benchWith([5 * HOUR, 4 * HOUR, 3 * HOUR]);
  const plan = await bench.plan({
    source: { files: { ordering: '-datetime_uploaded' } },
    steps: [{ uses: 'delete' }],
  });
  expect(plan.examples).toMatchObject({
    first: { key: files[2]?.uuid },
    last: { key: files[0]?.uuid },
    largest: { key: files[2]?.uuid, size: 1002 },
    oldest: { key: files[0]?.uuid, uploadedAt: files[0]?.uploadedAt },
  });
  expect(plan.bytes).toEqual({ total: 3003, items: 3 });
});

test('files whose lifetime ends before the run reaches them are at risk', async () => {
  // At one request a second, the listing of 2 pages and one store take 3 seconds.
  const lives = (ms: number) => 24 * HOUR - ms;
  const { bench, files } = benchWith([lives(500), lives(2500), lives(60_000)]);
  const job = { source: { files: { pageSize: 2 } }, steps: [{ uses: 'store' }] };
  const plan = await bench.plan(job, { rate: 1 });
  expect(plan.expiry).toEqual({
    unstored: 3,
    atRisk: 1,
    firstEnd: files[0]!.uploadedAt + 24 * HOUR,
  });
  expect(planText(bench.job(job), plan)).toContain('before they are stored');
});

test('a job that only deletes has no expiry risk', async () => {
  const { bench } = benchWith([30 * HOUR]);
  const plan = await bench.plan({ source: { files: {} }, steps: [{ uses: 'delete' }] });
  expect(plan.expiry).toBeNull();
});

test('the duration has the rate of the user, or the rate at which a run begins', async () => {
  const { bench } = benchWith([3 * HOUR, 2 * HOUR, HOUR]);
  const first = await bench.plan(MARK);
  expect(first.duration.rate).toMatchObject({ basis: 'first', learnedAt: null });
  const slow = await bench.plan(MARK, { rate: 0.5 });
  expect(slow.duration).toEqual({
    ms: slow.requestsEstimate * 2000,
    rate: { perSecond: 0.5, basis: 'flag', learnedAt: null },
  });
});

test('a run that measured no limit leaves no rate for later runs', async () => {
  const { bench } = benchWith([3 * HOUR, 2 * HOUR, HOUR]);
  await bench.start(MARK);
  const plan = await bench.plan(MARK);
  expect(plan.duration.rate).toEqual({ perSecond: 10, basis: 'first', learnedAt: null });
});

test('the duration has the rate that a run learned, and a short run keeps it as it was', async () => {
  const bench = runBench({ files: 150, throttle: { perSecond: 30, burst: 30 } });
  await bench.start(MARK);
  const learned = await bench.plan(MARK);
  expect(learned.duration.rate.basis).toBe('learned');
  expect(learned.duration.rate.learnedAt).toBeLessThanOrEqual(bench.clock.now());
  await bench.start({ ...MARK, limits: { items: 3 } });
  const later = await bench.plan(MARK);
  expect(later.duration.rate).toEqual(learned.duration.rate);
});

test('a plan counts the check of the keys apart from the pages', async () => {
  const { bench } = benchWith([3 * HOUR, 2 * HOUR, HOUR]);
  const text = async (pageSize: number) => {
    const job = { ...MARK, source: { files: { pageSize } } };
    return planText(bench.job(job), await bench.plan(job));
  };
  expect(await text(10)).toMatch(
    /^requests +about 5 in all, 1 of them to check the keys and 1 to list$/m,
  );
  expect(await text(2)).toMatch(
    /^requests +about 6 in all, 1 of them to check the keys and 2 to list$/m,
  );
});
