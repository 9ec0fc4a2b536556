// Tests src/engine/loop/idle-watch.ts.

import { expect, test } from 'vitest';
import type { Wait } from '../../src/core/wait.ts';
import { readRun } from '../../src/state/read-runs.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';

const INFO = { source: { files: {} }, steps: [{ uses: 'info' }] };
const REASON = 'paused by the service (429, Retry-After 600 s)';

/** A project whose third request and those after it are throttled, `times` times. */
function throttling(times = 1): RunBench {
  const bench = runBench({ files: 5 });
  let asked = 0;
  bench.answer = () => {
    asked += 1;
    if (asked < 3 || asked >= 3 + times) return null;
    const answer = answerWith(bench, 429, { detail: 'Request was throttled.' });
    return { ...answer, headers: { ...answer.headers, 'retry-after': '600' } };
  };
  return bench;
}

async function statusOf(bench: RunBench) {
  const world = (await bench.live({}, async (context) => context.world))!;
  return readRun(bench.directory, null, world);
}

/** The waits of a run by their reasons; null where one ended. */
const reported = (bench: RunBench) =>
  bench.events.flatMap((event) => (event.kind === 'waiting' ? [event.wait?.reason ?? null] : []));

test('status shows from another process why a run waits and until when, and nothing afterwards', async () => {
  const bench = throttling();
  let during: readonly Wait[] | undefined;
  let asking: Promise<void> | undefined;
  const end = await alive(
    bench.start(INFO, {
      listener(event) {
        bench.events.push(event);
        if (event.kind !== 'waiting' || event.wait === null) return;
        asking = statusOf(bench).then(({ waits }) => {
          during = waits;
        });
      },
    }),
  );
  await asking;
  expect(end.state).toBe('finished');
  expect(during).toMatchObject([{ kind: 'throttled', reason: REASON }]);
  const [wait] = during!;
  expect(wait!.until! - wait!.since).toBeGreaterThanOrEqual(600_000);
  expect(wait!.until! - wait!.since).toBeLessThanOrEqual(630_000); // jitter
  expect(reported(bench)).toEqual([REASON, null]);
  expect((await statusOf(bench)).waits).toEqual([]);
});

test('a wait of a process that died is not shown, nor when another one works on the run', async () => {
  const bench = throttling();
  expect(await bench.start(INFO, { death: { afterMs: 60_000 } })).toBeNull();
  expect(reported(bench)).toEqual([REASON]);
  expect(await statusOf(bench)).toMatchObject({ state: 'interrupted', waits: [] });
  const during: unknown[] = [];
  let asking: Promise<unknown> | undefined;
  const end = await alive(
    bench.resume({
      listener(event) {
        if (event.kind === 'run-started') {
          asking = statusOf(bench).then(({ isRunning, waits }) => during.push(isRunning, waits));
        }
      },
    }),
  );
  await asking;
  expect(end.state).toBe('finished');
  expect(during).toEqual([true, []]);
});

test('a run that can only try its items again later says so', async () => {
  const bench = runBench({ files: 1, storedShare: 0 });
  let failed = 0;
  bench.answer = ({ method }) => {
    if (method !== 'PUT' || failed++ > 0) return null;
    const answer = answerWith(bench, 503, {});
    return { ...answer, headers: { ...answer.headers, 'retry-after': '30' } };
  };
  const end = await alive(bench.start({ source: { files: {} }, steps: [{ uses: 'store' }] }));
  expect(end.counts).toMatchObject({ done: 1 });
  expect(reported(bench)).toEqual(['waiting to retry 1 item', null]);
});

test('a run that waits for another one of its project says for which', async () => {
  const bench = throttling();
  const first = bench.start(INFO);
  await bench.clock.sleep(1);
  const words: (string | null)[] = [];
  const second = await alive(
    bench.start(INFO, {
      onConflict: 'wait',
      listener: (event) => {
        if (event.kind === 'waiting') words.push(event.wait?.reason ?? null);
      },
    }),
  );
  expect((await alive(first)).state).toBe('finished');
  expect(second.state).toBe('finished');
  expect(words).toEqual([
    expect.stringMatching(/^waiting for project demopublickey: used by run run-1, since /),
    null,
  ]);
});

test('a step that is left alone says so until its next try', async () => {
  const bench = runBench({ files: 400, storedShare: 1 });
  bench.answer = ({ target }) =>
    target.startsWith('/addons/remove_bg/execute/') ? answerWith(bench, 502, {}) : null;
  await alive(
    bench.start({
      source: { files: { stored: true, pageSize: 100 } },
      steps: [{ uses: 'addon/remove_bg' }],
    }),
  );
  const words = reported(bench);
  expect(words.slice(0, 4)).toEqual([
    'step 1-addon/remove_bg paused because addon/remove_bg keeps failing',
    null,
    'step 1-addon/remove_bg paused because addon/remove_bg keeps failing',
    null,
  ]);
  expect(words.at(-1)).toBeNull();
});
