import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import {
  alive,
  answerWith,
  type RunBench,
  runBench,
  type SentRequest,
} from '../support/run-bench.ts';

const NIGHT_MS = 8 * 3_600_000;
const KINDS = ['goes on', 'stands still'] as const;
const COPIES = {
  source: { files: { stored: true } },
  steps: [{ uses: 'copy-to-remote', with: { target: 'backup' } }],
};
/** So slow that only one request is in the network when the machine sleeps. */
const ONE_AT_A_TIME = { rate: 10 };
const CLEANUP = {
  source: { files: { stored: false, pageSize: 100 } },
  steps: [{ uses: 'delete' }],
  recheckAfter: '10m',
};

/** Requests that were refused for their signature. */
function refused({ emulator }: RunBench): unknown[] {
  return emulator.requestCounts().filter(({ status }) => status === 401);
}

/** Calls `act` a moment after the n-th request that fits was given to the network. */
function atRequest(bench: RunBench, fits: (request: SentRequest) => boolean, act: () => void) {
  let seen = 0;
  bench.fault = (request) => {
    if (fits(request) && ++seen === 5) bench.clock.after(0, act);
    return null;
  };
}

test.each(KINDS)(
  'a sleep with requests on the way (the monotonic clock %s): none is written late',
  async (kind) => {
    const bench = runBench({ files: 60, storedShare: 1 });
    atRequest(
      bench,
      ({ method }) => method === 'POST',
      () => bench.clock.suspend(NIGHT_MS, kind),
    );
    const end = await alive(bench.start({ ...COPIES, limits: ONE_AT_A_TIME }));
    expect(end).toMatchObject({ state: 'finished', counts: { done: 60 } });
    expect(bench.effects('remote_copy')).toEqual({ changed: 60, twice: 0 });
    expect(refused(bench)).toEqual([]);
  },
);

test.each(KINDS)(
  'a request that the network delivers after the sleep (%s) is refused, and is sent once more',
  async (kind) => {
    const bench = runBench({ files: 60, storedShare: 1 });
    const isPost = ({ method }: SentRequest) => method === 'POST';
    atRequest(bench, isPost, () => bench.clock.suspend(NIGHT_MS, kind));
    const end = await alive(bench.start(COPIES));
    expect(end).toMatchObject({ state: 'finished', counts: { done: 60 } });
    expect(bench.effects('remote_copy')).toEqual({ changed: 60, twice: 0 });
    expect(refused(bench)).toMatchObject([{ method: 'POST', status: 401 }]);
  },
);

test.each(KINDS)('a sleep during the listing (%s): it is signed anew', async (kind) => {
  const bench = runBench({ files: 800, storedShare: 0 });
  atRequest(
    bench,
    ({ method }) => method === 'GET',
    () => bench.clock.suspend(NIGHT_MS, kind),
  );
  const end = await alive(bench.start(CLEANUP));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 800 } });
  expect(refused(bench)).toEqual([]);
});

test.each(KINDS)('a sleep before a delete (%s): what was stored meanwhile stays', async (kind) => {
  const bench = runBench({ files: 250, storedShare: 0 });
  const mine = bench.emulator.projects[0]!.seededFile(7).uuid;
  const confirm = async () => {
    bench.clock.suspend(NIGHT_MS, kind);
    bench.storeElsewhere(mine);
    return true;
  };
  const end = await alive(bench.start(CLEANUP, { confirm }));
  expect(end.counts).toMatchObject({ done: 249, skipped: 1 });
  expect(end.reasons).toEqual([{ state: 'skipped', reason: 'stored meanwhile', count: 1 }]);
  expect(refused(bench)).toEqual([]);
});

test.each(KINDS)(
  'a sleep at a closed gate (%s): what waited there is signed anew',
  async (kind) => {
    const bench = runBench({ files: 60, storedShare: 1 });
    let isFirst = true;
    bench.answer = ({ method }) => {
      if (method !== 'POST' || !isFirst) return null;
      isFirst = false;
      bench.clock.after(20_000, () => bench.clock.suspend(NIGHT_MS, kind));
      const answer = answerWith(bench, 429, { detail: 'Request was throttled.' });
      return { ...answer, headers: { ...answer.headers, 'retry-after': '60' } };
    };
    const end = await alive(bench.start({ ...COPIES, limits: ONE_AT_A_TIME }));
    expect(end).toMatchObject({ state: 'finished', counts: { done: 60 } });
    expect(bench.effects('remote_copy')).toEqual({ changed: 60, twice: 0 });
    expect(refused(bench)).toEqual([]);
  },
);

test.each(KINDS)('a sleep while remote jobs are polled (%s): none is begun again', async (kind) => {
  const bench = runBench({ work: { uc_clamav_virus_scan: { medianMs: 60_000 } }, files: 30 });
  atRequest(
    bench,
    ({ target }) => target.includes('/execute/status/'),
    () => bench.clock.suspend(NIGHT_MS, kind),
  );
  const steps = [{ uses: 'addon/uc_clamav_virus_scan' }];
  const end = await alive(bench.start({ source: { files: {} }, steps, limits: { rate: 5 } }));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 30 } });
  expect(bench.mutations).toHaveLength(30);
  expect(refused(bench)).toEqual([]);
});

test.each(KINDS)(
  'a sleep is time of `limits.duration` (%s): nothing is begun in the morning',
  async (kind) => {
    const bench = runBench({ files: 400, storedShare: 1 });
    let wokeAt = Number.POSITIVE_INFINITY;
    atRequest(
      bench,
      ({ method }) => method === 'POST',
      () => {
        bench.clock.suspend(NIGHT_MS, kind);
        wokeAt = bench.clock.now();
      },
    );
    const end = await alive(bench.start({ ...COPIES, limits: { duration: '2h' } }));
    expect(end).toMatchObject({ state: 'interrupted', stop: { kind: 'duration' } });
    expect(exitCodeForEnd(end, null)).toBe(10);
    expect(bench.mutations.filter(({ at }) => at > wokeAt + 5000)).toEqual([]);
    expect((await alive(bench.resume({ job: COPIES }))).counts.done).toBe(400);
    expect(bench.effects('remote_copy')).toEqual({ changed: 400, twice: 0 });
  },
);
