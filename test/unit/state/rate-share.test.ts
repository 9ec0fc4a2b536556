import { existsSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { LimitShare } from '../../../src/core/limit-share.ts';
import type { Priority } from '../../../src/core/priority.ts';
import type { RunId } from '../../../src/core/run.ts';
import { takeLock } from '../../../src/ledger/process-lock.ts';
import { divideLimit, RateShare, type RunRate } from '../../../src/state/rate-share.ts';
import { createStateDirectory } from '../../../src/state/state-paths.ts';
import { createSystemFiles } from '../../../src/world/system-files.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { tempDirectory } from '../../support/temp-ledger.ts';

const connection = {
  publicKey: 'pub',
  secretKey: 'secret',
  restOrigin: 'https://api.test',
  auth: 'signed',
} as const;

/** Waits for the files that a count reads and writes. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 240_000 });

/** Runs in one state directory. `begin` starts one that has a rate and sends so many requests per second. */
async function setup() {
  const files = createSystemFiles();
  const clock = new FakeClock();
  const paths = await createStateDirectory(tempDirectory(), files);
  const begin = async (
    name: string,
    gate: { rate: number; sends: number; maxRate?: number; priority?: Priority },
  ) => {
    const run = name as RunId;
    const path = paths.shareLock('pub', run);
    writeFileSync(path, '');
    const lock = takeLock(path, 'alone');
    const stop = new AbortController();
    const shares: LimitShare[] = [];
    const share = await RateShare.open({
      paths,
      connection,
      run,
      priority: gate.priority ?? 'normal',
      world: { clock, files },
    });
    const watched = share.watch(
      {
        state: () => ({
          rate: gate.rate,
          accepted: (gate.sends * clock.monotonic()) / 1000,
          throttled: 0,
        }),
        share: (given) => void shares.push(given),
        maxRate: gate.maxRate ?? Number.POSITIVE_INFINITY,
      },
      stop.signal,
    );
    const end = async () => {
      stop.abort();
      await watched;
      lock?.release();
    };
    onTestFinished(end);
    return { share, shares, gate, end };
  };
  /** Lets all runs count once. */
  const count = async (...runs: { shares: LimitShare[] }[]) => {
    const before = runs.map(({ shares }) => shares.length);
    await eventually(() => expect(clock.sleeping).toBe(runs.length));
    await clock.advance(2000);
    await eventually(() =>
      expect(runs.every(({ shares }, place) => shares.length > before[place]!)).toBe(true),
    );
  };
  return { clock, paths, begin, count };
}

test('busy runs move towards equal parts of their rates together', async () => {
  const { begin, count } = await setup();
  const one = await begin('run-a', { rate: 150, sends: 150 });
  const other = await begin('run-b', { rate: 50, sends: 50 });
  await count(one, other); // both write their rates
  await count(one, other);
  expect(one.shares.at(-1)).toEqual({ runs: 2, fairRate: 100, freedRate: 0 });
  expect(other.shares.at(-1)).toEqual({ runs: 2, fairRate: 100, freedRate: 0 });
  expect(one.share.projectRate(150)).toBe(200);
});

test('busy runs move towards parts that are proportional to their priorities', async () => {
  const { begin, count } = await setup();
  const high = await begin('run-a', { rate: 50, sends: 50, priority: 'high' });
  const low = await begin('run-b', { rate: 50, sends: 50, priority: 'low' });
  await count(high, low);
  await count(high, low);
  expect(high.shares.at(-1)).toEqual({ runs: 2, fairRate: 80, freedRate: 0 });
  expect(low.shares.at(-1)).toEqual({ runs: 2, fairRate: 20, freedRate: 0 });
});

test('a run that sends little keeps what it uses, and slows no other run', async () => {
  const { begin, count } = await setup();
  const busy = await begin('run-a', { rate: 150, sends: 150 });
  const idle = await begin('run-b', { rate: 100, sends: 3 });
  await count(busy, idle);
  await count(busy, idle);
  expect(busy.shares.at(-1)).toEqual({ runs: 2, fairRate: null, freedRate: 0 });
  expect(busy.share.projectRate(150)).toBe(153);
});

test("a run at its own `limits.rate` is not taken as the project's rate", async () => {
  const { begin, count } = await setup();
  const busy = await begin('run-a', { rate: 95, sends: 95 });
  const slow = await begin('run-b', { rate: 5, sends: 5, maxRate: 5 });
  await count(busy, slow);
  await count(busy, slow);
  expect(busy.shares.at(-1)).toEqual({ runs: 2, fairRate: null, freedRate: 0 });
});

test('a run that joins takes its part of the learned rate; a run that ended counts no more', async () => {
  const { begin, count, paths } = await setup();
  const one = await begin('run-a', { rate: 60, sends: 60 });
  const other = await begin('run-b', { rate: 10, sends: 10 });
  expect(one.shares[0]).toEqual({ runs: 1, fairRate: null, freedRate: 0 });
  expect(other.shares[0]).toEqual({ runs: 2, fairRate: null, freedRate: 0 });
  await count(one, other);
  await count(one, other);
  expect(existsSync(paths.shareRate('pub', 'run-b' as RunId))).toBe(true);
  await other.end();
  await count(one);
  expect(one.shares.at(-1)).toEqual({ runs: 1, fairRate: null, freedRate: 10 });
  expect(one.share.projectRate(60)).toBe(60);
});

test('an old rate, or a file that another run is just writing, is not used', async () => {
  const { begin, count, clock, paths } = await setup();
  const other = 'run-b' as RunId;
  writeFileSync(paths.shareLock('pub', other), '');
  const lock = takeLock(paths.shareLock('pub', other), 'alone');
  onTestFinished(() => lock?.release());
  const one = await begin('run-a', { rate: 60, sends: 60 });
  const written = (rate: object | string) => {
    const text = typeof rate === 'string' ? rate : JSON.stringify(rate);
    writeFileSync(paths.shareRate('pub', other), text);
  };
  written({ rate: 20, isBusy: true, at: clock.now() });
  await count(one);
  expect(one.shares.at(-1)).toEqual({ runs: 2, fairRate: 40, freedRate: 0 });
  const at = clock.now();
  for (const text of [
    '{"rate":12',
    '[]',
    '{"rate":1e999,"at":1}',
    { rate: -9e9, isBusy: true, at },
    { rate: 20, isBusy: true, at: clock.now() - 60_000 },
  ]) {
    written(text);
    await count(one);
    expect(one.shares.at(-1)).toEqual({ runs: 2, fairRate: null, freedRate: 0 });
  }
});

test('the limit is divided between the runs that are busy', () => {
  const busy = (rate: number) => ({ rate, isBusy: true, weight: 2 });
  const idle = { rate: 3, isBusy: false, weight: 2 };
  const divided = (own: RunRate, others: RunRate[], ended: RunRate[] = []) =>
    divideLimit(own, { runs: 1 + others.length, others, ended });
  expect(divided(busy(60), [busy(20), idle])).toEqual({ runs: 3, fairRate: 40, freedRate: 0 });
  expect(divided(idle, [busy(20)])).toEqual({ runs: 2, fairRate: null, freedRate: 0 });
  expect(divided(busy(60), [])).toEqual({ runs: 1, fairRate: null, freedRate: 0 });
  expect(divided(busy(60), [busy(60)], [busy(30)])).toMatchObject({ freedRate: 15 });
  expect(divided(idle, [busy(60)], [busy(30)])).toMatchObject({ freedRate: 0 });
});
