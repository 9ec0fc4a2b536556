// Tests the events that `ucbulk log` prints: src/run/run-waits.ts, src/run/since.ts, src/run/abandon-run.ts.

import { expect, test } from 'vitest';
import { parseRunId } from '../../src/core/run.ts';
import type { ControlChange } from '../../src/core/run-control.ts';
import type { World } from '../../src/core/world.ts';
import { abandonRun } from '../../src/run/abandon-run.ts';
import { controlRun } from '../../src/state/control-run.ts';
import { readEvents } from '../../src/state/read-runs.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';
import { untilSettled } from '../support/virtual-clock.ts';

const INFO = { source: { files: { pageSize: 100 } }, steps: [{ uses: 'info' }] };
const RUN = parseRunId('run-1');

async function texts({ directory }: RunBench): Promise<string[]> {
  const { events } = await readEvents(directory, null, createSystemWorld().files);
  return events.map(({ text }) => text);
}

function driven<Result>(bench: RunBench, work: Promise<Result>): Promise<Result> {
  return untilSettled(bench.clock, work, Number.POSITIVE_INFINITY);
}

test('the log says why a process ended, and what people asked of the run', async () => {
  const bench = runBench({ files: 200 });
  const ended = alive(bench.start(INFO, { rate: 10, limits: { controlEveryMs: 1000 } }));
  const clock = bench.clock as unknown as World['clock'];
  const ask = (change: ControlChange) =>
    driven(bench, controlRun(bench.directory, { run: RUN, change }, { clock }));
  await driven(bench, bench.clock.sleep(5000));
  await ask({ rate: 1, concurrency: 1 });
  await ask({ state: 'paused' });
  await driven(bench, bench.clock.sleep(60_000));
  await ask({ state: null });
  await ask({ state: 'stopped' });
  await ended;
  const stopped = await texts(bench);
  expect(stopped).toContain('New limits by `ucbulk set`: at most 1 request/s, 1 request in flight');
  expect(stopped).toContainEqual(expect.stringMatching(/^The pause ended after 1m/));
  expect(stopped.at(-1)).toBe('The process ended: interrupted. Stopped by `ucbulk stop`');
  await abandonRun(bench.directory, RUN, createSystemWorld());
  expect((await texts(bench)).at(-1)).toBe('Abandoned by `ucbulk abandon`');
});

test('the log has the start and the pause of a process at once, also if it is killed a moment later', async () => {
  const bench = runBench({ files: 200 });
  const ended = alive(bench.start(INFO, { rate: 10, limits: { controlEveryMs: 100 } }));
  const clock = bench.clock as unknown as World['clock'];
  const ask = (change: ControlChange) =>
    driven(bench, controlRun(bench.directory, { run: RUN, change }, { clock }));
  await driven(bench, bench.clock.sleep(500));
  expect(await texts(bench)).toContain('The run started');
  await ask({ state: 'paused' });
  await driven(bench, bench.clock.sleep(500));
  expect((await texts(bench)).at(-1)).toMatch(/^paused /);
  await ask({ state: null });
  await ask({ state: 'stopped' });
  await ended;
});

test('the log names the budget that a run has spent; a finished run needs no reason', async () => {
  const bench = runBench({ files: 20 });
  await alive(bench.start({ ...INFO, limits: { requests: 10 } }));
  expect((await texts(bench)).at(-1)).toBe(
    'The process ended: aborted. The budget of 10 requests (limits.requests) is spent.',
  );
  const end = await alive(bench.resume());
  expect(end.requestsOfRun).toBeGreaterThan(end.requests);
  const whole = await alive(bench.start({ ...INFO, name: 'whole' }));
  expect((await texts(bench)).at(-1)).toBe('The process ended: finished');
  expect(whole.requestsOfRun).toBe(whole.requests);
});

test('the log names the run whose end is the beginning of a listing', async () => {
  const bench = runBench({ files: 20 });
  const job = { ...INFO, source: { files: { since: 'last-success' } } };
  await alive(bench.start(job));
  expect(await texts(bench)).toContainEqual(expect.stringMatching(/^since: lists all files/));
  await alive(bench.start(job));
  expect(await texts(bench)).toContainEqual(
    expect.stringMatching(/^since: lists files that were uploaded after .* run run-1 /),
  );
});

test('each log line about a request has the id of the run, also if the request was canceled', async () => {
  const bench = runBench({ files: 200 });
  const lines: Record<string, unknown>[] = [];
  const stop = new AbortController();
  bench.fault = ({ target }) => {
    if (!target.startsWith('/files/?')) return null;
    stop.abort();
    return null;
  };
  await bench.start(INFO, {
    abort: stop.signal,
    log: (level, fields, message) => lines.push({ level, message, ...fields }),
  });
  const requests = lines.filter(({ target }) => target !== undefined);
  expect(requests.filter(({ code }) => code === 'canceled')).not.toEqual([]);
  expect(new Set(requests.map(({ run }) => run))).toEqual(new Set([RUN]));
});
