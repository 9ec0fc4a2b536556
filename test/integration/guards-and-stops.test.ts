// Tests src/engine/run-stop.ts.

import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import type { RunEvent } from '../../src/engine/run-events.ts';
import { startRun } from '../../src/run/start-run.ts';
import { listRuns } from '../../src/state/read-runs.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';

const DELETE = { source: { files: { stored: false } }, steps: [{ uses: 'delete' }] };
const ONE_BY_ONE = {
  source: { files: { stored: true, pageSize: 50 } },
  steps: [{ uses: 'copy-to-remote', with: { target: 'backup' } }],
};

/** Calls `act` at the n-th time that items were settled. */
function atSettled(times: number, act: () => void): (event: RunEvent) => void {
  let settled = 0;
  return ({ kind }) => {
    if (kind === 'items-settled' && ++settled === times) act();
  };
}

/** No item is left in a state that only a living process has. */
function expectNothingRunning(bench: RunBench, run: Parameters<RunBench['items']>[0]): void {
  expect(bench.items(run, 'running')).toEqual([]);
}

// A step without an effect that guards count has only the size of the selection against it.
test.each(['delete', 'store'])(
  'a selection that is too large is not touched, not even by a resume: %s',
  async (uses) => {
    const bench = runBench({ files: 500, storedShare: 0.5 });
    const job = { ...DELETE, steps: [{ uses }], guard: { maxItems: 5 } };

    const end = await alive(bench.start(job));
    expect(end).toMatchObject({ state: 'aborted', stop: { kind: 'guard' } });
    expect(exitCodeForEnd(end, null)).toBe(7);

    const again = await alive(bench.resume());
    expect(again).toMatchObject({ state: 'aborted', stop: { kind: 'guard' } });
    expect(bench.mutations).toEqual([]);
  },
);

test('a filter that lets everything through is found out before it deletes a project', async () => {
  const bench = runBench({ files: 500, storedShare: 0.5 });
  const job = { ...DELETE, source: { files: {} }, guard: { maxShare: '20%' } };

  const end = await alive(bench.start(job));
  expect(end).toMatchObject({ state: 'aborted', stop: { kind: 'guard' } });
  expect(exitCodeForEnd(end, null)).toBe(7);
  expect((await alive(bench.resume())).stop).toMatchObject({
    kind: 'guard',
    message: expect.stringContaining('(20%). Nothing was done. Narrow the filter'),
  });
  expect(bench.mutations).toEqual([]);
  expect((await bench.plan(job)).guard).toMatch(/more than guard\.maxShare allows \(20%\)\.$/);
});

test('a guard that was raised lets the run go on', async () => {
  const bench = runBench({ files: 500, storedShare: 0 });
  await bench.start({ ...DELETE, guard: { maxItems: 5 } });

  const end = await alive(bench.resume({ job: { ...DELETE, guard: { maxItems: 500 } } }));

  expect(end).toMatchObject({ state: 'finished', counts: { done: 500 } });
});

test('a guard that a resume brings does not say that nothing was done', async () => {
  const bench = runBench({ files: 120, storedShare: 1 });
  const end = await alive(bench.start({ ...ONE_BY_ONE, limits: { requests: 30 } }));
  expect(end.counts.done).toBeGreaterThan(0);

  const late = await alive(bench.resume({ job: { ...ONE_BY_ONE, guard: { maxItems: 5 } } }));

  expect(late.stop).toMatchObject({ kind: 'guard' });
  const { message } = late.stop as { message: string };
  expect(message).toMatch(
    /more than guard\.maxItems allows \(5\)\. The run sends nothing more\. Narrow/,
  );
});

test('too many failures stop the run, and hold it until the guard is raised', async () => {
  const bench = runBench({ files: 120, storedShare: 1 });
  bench.answer = ({ method }) =>
    method === 'POST' ? answerWith(bench, 400, { detail: 'No such storage.' }) : null;
  const job = { ...ONE_BY_ONE, guard: { maxFailures: 6 } };

  const end = await alive(bench.start(job));
  expect(end).toMatchObject({ state: 'aborted', stop: { kind: 'guard' } });
  expect(exitCodeForEnd(end, null)).toBe(7);
  const before = bench.mutations.length;

  const again = await alive(bench.resume());
  expect(again.stop?.kind).toBe('guard');
  expect(bench.mutations.length).toBe(before);
});

test('without a yes nothing is sent that changes anything', async () => {
  const bench = runBench({ files: 300, storedShare: 0.5 });
  const asked: unknown[] = [];
  const confirm = async (question: unknown) => {
    asked.push(question);
    return false;
  };

  const end = await alive(bench.start(DELETE, { confirm }));

  expect(end).toMatchObject({ state: 'declined', stop: { kind: 'declined' } });
  expect(bench.mutations).toEqual([]);
  expect(asked).toMatchObject([
    {
      items: end.counts.total,
      effects: [{ kind: 'delete', name: 'delete', count: end.counts.total }],
      projects: [{ publicKey: 'demopublickey' }],
    },
  ]);
  expect(exitCodeForEnd(end, null)).toBe(7);
});

test('who has said yes once is not asked again when the run is resumed', async () => {
  const bench = runBench({ files: 300, storedShare: 0 });
  const drain = new AbortController();
  await bench.start(DELETE, {
    drain: drain.signal,
    listener: atSettled(1, () => drain.abort()),
    concurrency: 1,
  });

  const end = await alive(
    bench.resume({ confirm: () => Promise.reject(new Error('asked twice')) }),
  );

  expect(end).toMatchObject({ state: 'finished', counts: { done: 300 } });
});

test.each(['drain', 'abort'] as const)(
  '%s by the user leaves a run that can be resumed',
  async (how) => {
    const bench = runBench({ files: 150, storedShare: 1 });
    const stop = new AbortController();
    const listener = atSettled(20, () => stop.abort());

    const end = await alive(bench.start(ONE_BY_ONE, { [how]: stop.signal, listener }));

    expect(end).toMatchObject({ state: 'interrupted', stop: { kind: 'user' } });
    expect(end.counts.done).toBeLessThan(40);
    expect(end.counts.failed).toBe(0);
    expect(exitCodeForEnd(end, 'SIGTERM')).toBe(143);
    expectNothingRunning(bench, end.run);
    expect(bench.items(end.run, 'pending').every(({ attempts }) => attempts === 0)).toBe(true);

    const again = await alive(bench.resume());
    expect(again).toMatchObject({ state: 'finished', counts: { done: 150 } });
    expect(bench.effects('remote_copy')).toEqual({ changed: 150, twice: 0 });
  },
);

test('no request leaves once the user has stopped the run', async () => {
  const bench = runBench({ files: 150, storedShare: 1 });
  const drain = new AbortController();
  let stoppedAt = Number.POSITIVE_INFINITY;
  const listener = atSettled(20, () => {
    stoppedAt = bench.clock.now();
    drain.abort();
  });

  await bench.start(ONE_BY_ONE, { drain: drain.signal, listener });

  expect(bench.sent.filter(({ at }) => at > stoppedAt)).toEqual([]);
});

test('a budget of requests stops the run before it is overdrawn, also over several processes', async () => {
  const bench = runBench({ files: 150, storedShare: 1 });
  const job = { ...ONE_BY_ONE, limits: { requests: 30 } };

  const end = await alive(bench.start(job));
  expect(end).toMatchObject({ state: 'aborted', stop: { kind: 'budget' } });
  expect(exitCodeForEnd(end, null)).toBe(8);
  expect(bench.sent).toHaveLength(30);
  expectNothingRunning(bench, end.run);

  const more = await alive(bench.resume({ job: { ...job, limits: { requests: 1000 } } }));
  expect(more).toMatchObject({ state: 'finished', counts: { done: 150 } });
});

test('the time a run may take stops it in good order', async () => {
  const bench = runBench({ files: 400, storedShare: 1 });

  const end = await alive(bench.start({ ...ONE_BY_ONE, limits: { duration: '5s' } }));
  expect(end).toMatchObject({ state: 'interrupted', stop: { kind: 'duration' } });
  expect(exitCodeForEnd(end, null)).toBe(10);
  expectNothingRunning(bench, end.run);

  const more = await alive(bench.resume({ job: ONE_BY_ONE }));
  expect(more).toMatchObject({ state: 'finished', counts: { done: 400 } });
});

test('a plan sends nothing that changes anything and leaves no run behind', async () => {
  const bench = runBench({ files: 260, storedShare: 0 });

  const plan = await bench.plan(DELETE);

  expect(plan).toMatchObject({ listed: 260, selected: 260, pages: 1, requestsEstimate: 5 });
  expect(plan.firstKeys).toHaveLength(10);
  expect(bench.mutations).toEqual([]);
  const runs = await bench.live({}, ({ stateDirectory, world }) => listRuns(stateDirectory, world));
  expect(runs).toEqual([]);
});

test('a plan of a listing that leads in a circle ends with words', async () => {
  const bench = runBench({ files: 200, storedShare: 0 });
  const first: string[] = [];
  bench.answer = ({ target }) => {
    if (!target.startsWith('/files/?')) return null;
    first.push(target);
    const next = `https://service.test/files/?stored=false&limit=50&from=${first.length % 2}`;
    return answerWith(bench, 200, { next, previous: null, total: 0, per_page: 50, results: [] });
  };

  await expect(bench.plan(DELETE)).rejects.toMatchObject({ code: 'looping_listing' });
});

test('a plan says that a guard would stop the run', async () => {
  const bench = runBench({ files: 30, storedShare: 0 });
  const job = { source: { files: { stored: false } }, steps: [{ uses: 'delete' }] };
  expect((await bench.plan({ ...job, guard: { maxItems: 30 } })).guard).toBeNull();
  const plan = await bench.plan({ ...job, guard: { maxItems: 29 } });
  expect(plan.guard).toContain('more than guard.maxItems allows (29)');
});

test('a delete that became too old at the gate does not count as a request', async () => {
  const bench = runBench({ files: 300, storedShare: 0 });
  let isThrottled = false;
  bench.answer = ({ method }) => {
    if (isThrottled || method !== 'DELETE') return null;
    isThrottled = true;
    const { headers, ...answer } = answerWith(bench, 429, { detail: 'Request was throttled.' });
    return { ...answer, headers: { ...headers, 'retry-after': '60' } };
  };

  const end = await alive(bench.start({ ...DELETE, recheckAfter: '10s' }));

  expect(end).toMatchObject({ state: 'finished', counts: { done: 300 } });
  expect(end.requests).toBe(bench.sent.length);
});

test('a run that ends with an error leaves no timer of its limits behind', async () => {
  const bench = runBench({ files: 5, storedShare: 1 });
  const job = bench.job({ ...ONE_BY_ONE, limits: { duration: '2h' } });
  let sleeping = 0;
  const failed = bench.live({}, (context) => {
    const { clock } = context.world;
    const sleep: typeof clock.sleep = (ms, signal) => {
      sleeping += 1;
      return clock.sleep(ms, signal).finally(() => {
        sleeping -= 1;
      });
    };
    return startRun(job, {
      ...context,
      world: { ...context.world, clock: { ...clock, sleep } },
      listener: ({ kind }) => {
        if (kind !== 'run-ended') return;
        expect(sleeping).toBeGreaterThan(0);
        throw new Error('the listener fails');
      },
    });
  });

  await expect(failed).rejects.toThrow('the listener fails');
  expect(sleeping).toBe(0);
});
