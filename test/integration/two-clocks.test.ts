import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CONNECTION = {
  publicKey: 'demopublickey',
  secretKey: 'demosecretkey',
  restOrigin: 'https://service.test',
} as const;
const SCHEMES = ['signed', 'simple'] as const;

/** Files whose ages are these, ms. */
function aged(bench: RunBench, ages: readonly number[], isStored = false): string[] {
  return ages.map((age) => {
    const uploadedAt = new Date(bench.clock.now() - age).toISOString();
    const storedAt = isStored ? uploadedAt : null;
    return bench.emulator.projects[0]!.addFile({ uploadedAt, storedAt }).uuid;
  });
}

function older(than: string): object {
  const where = { uploaded: { olderThan: than } };
  return { source: { files: { stored: false } }, where, steps: [{ uses: 'delete' }] };
}

/** Every answer from now on has a Date that is so far off, ms; null leaves it out. */
function datesOff(bench: RunBench, off: () => number | null): void {
  const handle = bench.emulator.handle.bind(bench.emulator);
  Object.assign(bench.emulator, {
    handle(request: Parameters<typeof handle>[0]) {
      const answer = handle(request);
      const { date: _, ...headers } = answer.headers;
      const ms = off();
      const date = ms === null ? {} : { date: new Date(bench.clock.now() + ms).toUTCString() };
      return { ...answer, headers: { ...headers, ...date } };
    },
  });
}

test.each(SCHEMES)('answers that are dated three days ahead delete nothing (%s)', async (auth) => {
  const bench = runBench();
  aged(bench, Array(10).fill(HOUR_MS));
  datesOff(bench, () => 3 * DAY_MS);
  const connection = { ...CONNECTION, auth };
  const end = await alive(bench.start(older('24h'), { connection }));
  expect(bench.effects('delete').changed).toBe(0);
  expect(exitCodeForEnd(end, null)).toBe(3);
  expect(end.stop).toMatchObject({ kind: 'fatal', failure: { code: 'clocks_differ' } });
  const { message } = (end.stop as unknown as { failure: Error }).failure;
  expect(message).toMatch(/2026-11-24 12:00.*2026-11-21 12:00.*3d apart.*Set this machine's clock/);
});

test.each(SCHEMES)(
  "a machine's clock that is three days ahead deletes nothing (%s)",
  async (auth) => {
    const bench = runBench();
    aged(bench, Array(10).fill(HOUR_MS));
    const connection = { ...CONNECTION, auth };
    const end = await alive(bench.start(older('24h'), { connection, skewMs: 3 * DAY_MS }));
    expect(bench.effects('delete').changed).toBe(0);
    expect(exitCodeForEnd(end, null)).toBe(3);

    const later = await alive(bench.resume({ connection }));
    expect(later).toMatchObject({ state: 'finished', counts: { total: 0 } });
  },
);

test('answers without a date do not turn the comparison off', async () => {
  const bench = runBench();
  aged(bench, [HOUR_MS, 30 * DAY_MS]);
  datesOff(bench, () => null);
  const connection = { ...CONNECTION, auth: 'simple' } as const;
  const end = await alive(bench.start(older('24h'), { connection, skewMs: 3 * DAY_MS }));
  expect(bench.effects('delete').changed).toBe(0);
  expect(exitCodeForEnd(end, null)).toBe(3);
  expect(end.stop).toMatchObject({ failure: { code: 'clock_unconfirmed' } });
});

test('a single answer without a date is no reason to stop', async () => {
  const bench = runBench();
  aged(bench, [HOUR_MS, 30 * DAY_MS]);
  let asked = 0;
  datesOff(bench, () => (++asked === 1 ? null : 0));
  const end = await alive(bench.start(older('24h')));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 1, total: 1 } });
});

test('clocks that go apart in mid-run stop it before the next delete', async () => {
  const bench = runBench();
  aged(bench, Array(250).fill(30 * DAY_MS));
  let off = 0;
  datesOff(bench, () => off);
  bench.fault = ({ method }) => {
    if (method === 'DELETE') off = 2 * HOUR_MS;
    return null;
  };
  const job = { ...older('24h'), recheckAfter: '1s' };
  // Signed requests of another hour are refused by the service itself.
  const connection = { ...CONNECTION, auth: 'simple' } as const;
  const end = await alive(bench.start(job, { connection, concurrency: 1 }));
  expect(exitCodeForEnd(end, null)).toBe(3);
  expect(end.stop).toMatchObject({ failure: { code: 'clocks_differ' } });
  expect(bench.effects('delete').changed).toBeLessThan(250);
  off = 0;
  bench.fault = () => null;
  const later = await alive(bench.resume({ connection }));
  expect(later).toMatchObject({ state: 'finished', counts: { done: 250 } });
});

test.each([
  ['the service', 10 * 60_000, 0],
  ['the machine', 0, 10 * 60_000],
])('ages go by the earlier clock: %s is ten minutes ahead', async (_, dates, skewMs) => {
  const bench = runBench();
  const [sure] = aged(bench, [HOUR_MS + 11 * 60_000, HOUR_MS - 60_000, HOUR_MS - 9 * 60_000]);
  datesOff(bench, () => dates);
  const end = await alive(bench.start(older('1h'), { skewMs }));
  expect(bench.items(end.run).map(({ key }) => key)).toEqual([sure]);
  expect(bench.effects('delete').changed).toBe(1);
});

test('a resumed run goes by the earlier time too, if it began with a clock that was ahead', async () => {
  const bench = runBench();
  aged(bench, [HOUR_MS + 60_000, HOUR_MS - 60_000]);
  let off = 10 * 60_000;
  datesOff(bench, () => off);
  // Both clocks are ahead at the start, so the time of the start that is kept is too.
  const death = { point: 'page-read', hit: 1 } as const;
  expect(await bench.start(older('1h'), { death, skewMs: off })).toBeNull();
  off = 0;
  const end = await alive(bench.resume());
  expect(end.counts).toMatchObject({ done: 1, total: 1 });
});

test('a job that deletes nothing goes by the service, however wrong the clock of the machine is', async () => {
  const bench = runBench();
  aged(bench, [HOUR_MS, 30 * DAY_MS]);
  const job = { ...older('24h'), steps: [{ uses: 'store' }] };
  const end = await alive(bench.start(job, { skewMs: 3 * DAY_MS }));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 1, total: 1 } });
});
