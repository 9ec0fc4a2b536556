// A service that is in trouble for minutes: the run waits, says so, and ends only by its own limits.
import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import type { WireResponse } from '../../src/core/world.ts';
import {
  alive,
  answerWith,
  type RunBench,
  runBench,
  type SentRequest,
} from '../support/run-bench.ts';

const FILES = 60;
const MINUTE = 60_000;
const COPIES = {
  source: { files: { stored: true, pageSize: 20 } },
  steps: [{ uses: 'copy-to-remote', with: { target: 'backup' } }],
};
/** The body of a successful answer, for every kind of request. */
const LISTING = { next: null, previous: null, total: 0, results: [], result: [], problems: {} };

/** How the service refuses a request. */
type Refusal = (bench: RunBench, request: SentRequest) => WireResponse;

function refusal(status: number, body: unknown, retryAfter?: string): Refusal {
  return (bench) => {
    const answer = answerWith(bench, status, body);
    const more = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    return { ...answer, headers: { ...answer.headers, ...more } };
  };
}

/** A project whose service refuses everything for so long, from its `from`-th request on. */
function refusing(refuse: Refusal, { from = 20, forMs = 10 * MINUTE } = {}): RunBench {
  const bench = runBench({ files: FILES, storedShare: 1 });
  let asked = 0;
  let until = 0;
  bench.answer = (request) => {
    asked += 1;
    if (asked < from) return null;
    if (until === 0) until = bench.clock.now() + forMs;
    return bench.clock.now() < until ? refuse(bench, request) : null;
  };
  return bench;
}

const waits = (bench: RunBench) =>
  bench.events.flatMap((event) => (event.kind === 'waiting' && event.wait ? [event.wait] : []));

/** Each file was copied once, and the run says that all is done. */
function expectAllDone(bench: RunBench, end: Awaited<ReturnType<typeof alive>>) {
  expect(end).toMatchObject({ state: 'finished', counts: { done: FILES, failed: 0 } });
  expect(bench.effects('remote_copy')).toEqual({ changed: FILES, twice: 0 });
}

const THROTTLED: [name: string, refuse: Refusal][] = [
  ['429 with Retry-After', refusal(429, { detail: 'Request was throttled.' }, '20')],
  ['429 without Retry-After', refusal(429, { detail: 'Request was throttled.' })],
  ['429 with the body of a success', refusal(429, LISTING, '5')],
  ['429 with HTML', refusal(429, '<html>slow down</html>')],
];
const UNAVAILABLE: typeof THROTTLED = [
  ['503 with Retry-After', refusal(503, { detail: 'try later' }, '30')],
  ['503 with the body of a success', refusal(503, LISTING, '30')],
];

test.each(THROTTLED)('%s to everything for ten minutes is waited out', async (_, refuse) => {
  const bench = refusing(refuse);
  const end = await alive(bench.start(COPIES));
  expectAllDone(bench, end);
  expect(waits(bench)).toContainEqual(expect.objectContaining({ kind: 'throttled' }));
});

test.each(UNAVAILABLE)('%s to everything for four minutes is waited out', async (_, refuse) => {
  const bench = refusing(refuse, { forMs: 4 * MINUTE });
  const end = await alive(bench.start(COPIES));
  expectAllDone(bench, end);
  const outage = waits(bench).filter(({ kind }) => kind === 'outage');
  expect(outage.length).toBeGreaterThan(0);
  // No test request is sent earlier than the service asked for.
  for (const { since, until } of outage) expect(until! - since).toBeGreaterThanOrEqual(30_000);
});

test.each(UNAVAILABLE)(
  '%s to everything for an hour: the run stops, and is resumed',
  async (_, refuse) => {
    const bench = refusing(refuse, { forMs: 60 * MINUTE });
    const end = await alive(bench.start(COPIES));
    expect(end).toMatchObject({ state: 'aborted', stop: { kind: 'fatal' } });
    expect(exitCodeForEnd(end, null)).toBe(5);
    expect(end.counts).toMatchObject({ failed: 0, 'in-doubt': 0 });
    bench.answer = () => null;
    expectAllDone(bench, await alive(bench.resume({ job: COPIES })));
  },
);

test.each([...THROTTLED, ...UNAVAILABLE])(
  '%s to everything: the run ends by its limit, and is resumed',
  async (_, refuse) => {
    const bench = refusing(refuse, { forMs: 60 * MINUTE });
    const end = await alive(bench.start({ ...COPIES, limits: { duration: '4m' } }));
    expect(end).toMatchObject({ state: 'interrupted', stop: { kind: 'duration' } });
    expect(exitCodeForEnd(end, null)).toBe(10);
    expect(end.counts).toMatchObject({ failed: 0, 'in-doubt': 0 });
    bench.answer = () => null;
    expectAllDone(bench, await alive(bench.resume({ job: COPIES })));
  },
);

test('half of the connections hang: each is given up after its deadline, and all is done once', async () => {
  const bench = runBench({ files: FILES, storedShare: 1 });
  let asked = 0;
  bench.fault = () => (asked++ % 2 === 1 ? 'no-answer' : null);
  const end = await alive(bench.start(COPIES));
  expectAllDone(bench, end);
});

test.each([
  ['an hour ahead', 60 * MINUTE],
  ['an hour back', -60 * MINUTE],
  ['a day ahead', 1440 * MINUTE],
  ['a day back', -1440 * MINUTE],
])(
  'a clock that is set %s in a pause: the pause stays what the service asked for',
  async (_, byMs) => {
    const bench = runBench({ files: FILES, storedShare: 1 });
    let skewMs = 0;
    let pausedAt = 0;
    let asked = 0;
    bench.answer = (request) => {
      asked += 1;
      if (asked !== 20) return null;
      pausedAt = bench.clock.now();
      bench.clock.after(5 * MINUTE, () => {
        skewMs = byMs;
      });
      return refusal(429, { detail: 'Request was throttled.' }, '600')(bench, request);
    };
    const end = await alive(bench.start(COPIES, { skewMs: () => skewMs }));
    expectAllDone(bench, end);
    const next = bench.sent.find(({ at }) => at > pausedAt + 1000);
    expect(next!.at - pausedAt).toBeGreaterThanOrEqual(10 * MINUTE);
    expect(next!.at - pausedAt).toBeLessThanOrEqual(11 * MINUTE);
  },
);
