// Tests src/engine/failure/record-outage.ts and src/engine/send/poll-remote-jobs.ts.

import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import {
  alive,
  answerWith,
  type RunBench,
  runBench,
  type SentRequest,
} from '../support/run-bench.ts';

const HOUR_MS = 3_600_000;
const SCAN = { source: { files: {} }, steps: [{ uses: 'addon/uc_clamav_virus_scan' }] };
const CONVERT = [{ uses: 'convert/document', with: { format: 'docx' } }];
const WITHIN_GRACE_MS = 55_000;

function isStart({ method, target }: SentRequest): boolean {
  return method === 'POST' && /^\/(addons|convert)\//.test(target);
}

function documents(bench: RunBench, count: number): string[] {
  const at = '2026-11-01T10:00:00.000000Z';
  const file = { mimeType: 'application/pdf', isImage: false, name: 'a.pdf' } as const;
  const { addFile } = bench.emulator.projects[0]!;
  return Array.from(
    { length: count },
    () => addFile({ ...file, uploadedAt: at, storedAt: at }).uuid,
  );
}

/** Answers questions about remote jobs in the emulator's place. */
function polledAs(bench: RunBench, status: (at: number) => object | null): void {
  bench.answer = ({ target, at }) => {
    const answer = target.includes('/status/') ? status(at) : null;
    return answer === null ? null : answerWith(bench, 200, answer);
  };
}

test('an add-on that the service does not know of within a minute of its start is asked about again', async () => {
  const bench = runBench({ files: 20 });
  const from = bench.clock.now();
  polledAs(bench, (at) => (at < from + WITHIN_GRACE_MS ? { status: 'unknown' } : null));
  const end = await alive(bench.start(SCAN));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 20, 'in-doubt': 0 } });
  expect(bench.sent.filter(isStart)).toHaveLength(20);
});

test('one that stays unknown is in doubt, and a day and a resume later it still is: nothing is sent for it', async () => {
  const bench = runBench({ files: 20 });
  polledAs(bench, () => ({ status: 'unknown' }));
  const end = await alive(bench.start({ ...SCAN, steps: [{ uses: 'addon/remove_bg' }] }));
  expect(end).toMatchObject({ state: 'interrupted', counts: { 'in-doubt': 20, failed: 0 } });
  expect(exitCodeForEnd(end, null)).toBe(11);
  expect(bench.items(end.run)[0]).toMatchObject({ reason: 'token_lost' });
  const sent = bench.sent.length;
  bench.answer = () => null;

  bench.clock.suspend(25 * HOUR_MS, 'goes on');
  const later = await alive(bench.resume());
  expect(later.counts).toMatchObject({ 'in-doubt': 20, done: 0 });
  expect(exitCodeForEnd(later, null)).toBe(11);
  // A resume asks for the project; nothing that changes anything leaves, and no poll.
  expect(bench.sent.slice(sent).map(({ target }) => target)).toEqual(['/project/']);
});

test.each([
  ['cancelled', 'conversion_canceled'],
  ['canceled', 'conversion_canceled'],
  ['failed', 'conversion_failed'],
])(
  'a conversion that ends as `%s` fails its item, and is not begun again',
  async (status, reason) => {
    const bench = runBench();
    const inline = documents(bench, 10);
    polledAs(bench, () => ({ status, error: null, result: {} }));
    const end = await alive(bench.start({ source: { inline }, steps: CONVERT }));
    expect(end).toMatchObject({ state: 'finished', counts: { failed: 10 } });
    expect(bench.items(end.run).map((item) => item.reason)).toEqual(Array(10).fill(reason));
    expect(bench.sent.filter(isStart)).toHaveLength(1);
  },
);

test('an add-on that ends as `error` fails its item, and is not begun again', async () => {
  const bench = runBench({ files: 10 });
  polledAs(bench, () => ({ status: 'error' }));
  const end = await alive(bench.start(SCAN));
  expect(end).toMatchObject({ state: 'finished', counts: { failed: 10 } });
  expect(bench.items(end.run)[0]).toMatchObject({ reason: 'addon_error' });
  expect(bench.sent.filter(isStart)).toHaveLength(10);
});

test('an add-on that is at work for a day is in doubt, and waited for no longer', async () => {
  const bench = runBench({ files: 3 });
  polledAs(bench, () => ({ status: 'in_progress' }));
  expect(await bench.start(SCAN, { death: { afterMs: 30_000 } })).toBe(null);
  bench.clock.suspend(25 * HOUR_MS, 'goes on');
  const end = await alive(bench.resume());
  expect(end.counts).toMatchObject({ 'in-doubt': 3, waiting: 0 });
  expect(bench.items(end.run)[0]).toMatchObject({ reason: 'endless' });
  expect(bench.sent.filter(isStart)).toHaveLength(3);
});

test('a word for the state of a job that nobody knows stops the run with that word; the job is followed later', async () => {
  const bench = runBench();
  const inline = documents(bench, 3);
  polledAs(bench, () => ({ status: 'archived', error: null, result: {} }));
  const end = await alive(bench.start({ source: { inline }, steps: CONVERT }));
  expect(end.stop).toMatchObject({ kind: 'fatal', failure: { fatalCause: 'service' } });
  expect(end.stop).toMatchObject({ failure: { message: expect.stringContaining('`status`') } });
  expect(end.counts).toMatchObject({ waiting: 3, failed: 0 });
  bench.answer = () => null;
  expect((await alive(bench.resume())).counts).toMatchObject({ done: 3 });
  expect(bench.sent.filter(isStart)).toHaveLength(1);
});

test('a file on which another call is at work for an hour: the others go on, then the run stops and says why', async () => {
  const bench = runBench({ files: 30 });
  const busy = bench.emulator.projects[0]!.seededFile(7).uuid;
  const asked: number[] = [];
  bench.answer = (request) => {
    if (!isStart(request) || !request.body?.includes(busy)) return null;
    asked.push(request.at);
    return answerWith(bench, 409, { detail: 'Another call is in progress.' });
  };
  const end = await alive(bench.start(SCAN));
  expect(end.counts).toMatchObject({ done: 29, pending: 1, failed: 0, 'in-doubt': 0 });
  expect(end.stop).toMatchObject({ kind: 'fatal', failure: { code: 'busy' } });
  expect(exitCodeForEnd(end, null)).toBe(5);
  const waited = asked.at(-1)! - asked[0]!;
  expect(waited).toBeGreaterThanOrEqual(HOUR_MS);
  expect(waited).toBeLessThan(1.1 * HOUR_MS);
  expect(asked.length).toBeLessThan(400); // every 10 to 20 s
  expect(bench.items(end.run, 'pending')[0]).toMatchObject({ attempts: 0 });
  bench.answer = () => null;
  expect((await alive(bench.resume())).counts).toMatchObject({ done: 30 });
});
