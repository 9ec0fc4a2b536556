// Tests that a retry never acts beyond the canary, the plan or the limit of its run.

import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import { CRASH_POINTS } from '../../src/core/world.ts';
import type { Effect } from '../../src/emulator/emulator.ts';
import { retryRun } from '../../src/run/retry-run.ts';
import type { CanaryQuestion, Confirmation, RunEnd } from '../../src/run/run-request.ts';
import { pictureBench } from '../support/picture-bench.ts';
import {
  alive,
  answerWith,
  type LifeChanges,
  type RunBench,
  runBench,
} from '../support/run-bench.ts';

const HOUR = 3_600_000;
const MARK = { uses: 'metadata', with: { set: { seen: 'yes' } } };
const CUT = { uses: 'addon/remove_bg' };

function retry(bench: RunBench, run: RunId, changes: LifeChanges = {}): Promise<RunEnd | null> {
  const wanted = { codes: null, where: null };
  return bench.live(changes, (context) => retryRun({ run, wanted }, context));
}

/** Refuses each change of these files with 400. */
function refuse(bench: RunBench, files: readonly string[]): void {
  bench.answer = ({ method, target, body }) => {
    const isTheirs = files.some((file) => target.includes(file) || body?.includes(file));
    return method !== 'GET' && isTheirs ? answerWith(bench, 400, { detail: 'no' }) : null;
  };
}

function accept(bench: RunBench): void {
  bench.answer = () => null;
}

/** Lets the paid jobs of these files end in an error. */
function failJobs(bench: RunBench, files: readonly string[]): void {
  bench.answer = ({ target, body }) => {
    const file = files.find((uuid) => target.endsWith('/execute/') && body?.includes(uuid));
    if (file !== undefined) return answerWith(bench, 200, { request_id: file });
    const token = /request_id=([\w-]+)/.exec(target)?.[1] ?? '';
    return files.includes(token) ? answerWith(bench, 200, { status: 'error' }) : null;
  };
}

/** The files that an operation has changed. */
function changedBy(bench: RunBench, operation: Effect): string[] {
  const entries = [...bench.emulator.audit.entries()];
  return entries
    .filter((entry) => entry.operation === operation && entry.changed)
    .map(({ uuid }) => uuid);
}

/** Answers the question of a canary as `--yes` does: only if its results were shown before. */
function answerAsYes(asked: CanaryQuestion[]) {
  return async (question: CanaryQuestion) => {
    asked.push(question);
    return question.wasAsked ? ('yes' as const) : ('unanswered' as const);
  };
}

test('a retry of failed items of a canary stays in the canary, and shows the new results', async () => {
  const { bench, inline, source } = pictureBench(12);
  const canary = inline.slice(0, 4);
  refuse(bench, inline.slice(0, 2));
  const job = { source, steps: [MARK], guard: { canary: 4 } };
  const first = await alive(bench.start(job));
  expect(first).toMatchObject({ stop: { kind: 'canary' }, counts: { done: 2, failed: 2 } });

  accept(bench);
  const asked: CanaryQuestion[] = [];
  const confirmCanary = answerAsYes(asked);
  const retried = await alive(retry(bench, first.run, { confirmCanary }));
  expect(retried).toMatchObject({ stop: { kind: 'canary' }, counts: { done: 4, pending: 8 } });
  expect(asked).toMatchObject([
    { wasAsked: false, items: 4, remaining: 8, counts: { done: 4, failed: 0 } },
  ]);
  expect(changedBy(bench, 'metadata_set').sort()).toEqual(canary.toSorted());

  const end = await alive(bench.resume({ run: first.run, confirmCanary }));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 12 } });
});

test.each([1, 2, 3])(
  'a retry of a canary that is killed at any point, time %i, and resumed stays in the canary',
  async (hit) => {
    for (const point of CRASH_POINTS) {
      const { bench, inline, source } = pictureBench(8);
      failJobs(bench, inline.slice(0, 2));
      const job = { source, steps: [CUT], guard: { canary: 4 } };
      const first = await alive(bench.start(job));
      accept(bench);
      const asked: CanaryQuestion[] = [];
      const confirmCanary = answerAsYes(asked);
      const died = await retry(bench, first.run, { death: { point, hit }, confirmCanary });
      if (died === null && asked.length === 0) {
        const resumed = await alive(
          bench.resume({ run: first.run, confirmCanary: async () => 'unanswered' }),
        );
        expect(resumed.stop, point).toMatchObject({ kind: 'canary' });
      }
      expect(
        bench
          .items(first.run)
          .slice(4)
          .map(({ state }) => state),
        point,
      ).toEqual(Array.from({ length: 4 }, () => 'pending'));
      expect(bench.effects('remove_bg').changed, point).toBeLessThanOrEqual(4);
    }
  },
  60_000,
);

test('a retry in a canary pays only for what was confirmed, and so does the rest', async () => {
  const { bench, inline, source } = pictureBench(6);
  failJobs(bench, inline.slice(0, 2));
  const questions: number[] = [];
  const confirm = async ({ effects }: Confirmation) => {
    questions.push(effects[0]?.count ?? 0);
    return 'yes' as const;
  };
  const job = { source, steps: [CUT], guard: { canary: 3 } };
  const first = await alive(bench.start(job, { confirm }));
  expect(first.paid).toMatchObject([{ spent: 3 }]);
  accept(bench);
  const retried = await alive(retry(bench, first.run, { confirm }));
  expect(retried).toMatchObject({ stop: { kind: 'canary' }, paid: [{ spent: 5 }] });
  expect(questions).toEqual([3, 2]);
  const rest: number[] = [];
  const confirmCanary = async ({ effects }: CanaryQuestion) => {
    rest.push(effects[0]?.count ?? 0);
    return 'yes' as const;
  };
  const end = await alive(bench.resume({ run: first.run, confirm, confirmCanary }));
  expect(end).toMatchObject({ counts: { done: 6 }, paid: [{ spent: 8 }] });
  expect(rest).toEqual([3]);
  expect(questions).toEqual([3, 2]);
  expect(bench.effects('remove_bg')).toEqual({ changed: 6, twice: 0 });
});

test('a no to the payments of a retry leaves the canary and its question as they were', async () => {
  const { bench, inline, source } = pictureBench(6);
  failJobs(bench, inline.slice(0, 1));
  const first = await alive(bench.start({ source, steps: [CUT], guard: { canary: 3 } }));
  const sent = bench.sent.length;
  const refused = retry(bench, first.run, { confirm: async () => 'no' });
  await expect(refused).rejects.toThrow(/Nothing was changed/);
  expect(bench.sent.length).toBe(sent);
  const asked: CanaryQuestion[] = [];
  await bench.resume({ run: first.run, confirmCanary: answerAsYes(asked) });
  expect(asked).toMatchObject([{ wasAsked: true, counts: { done: 2, failed: 1 } }]);
});

test('a retry after the yes to a canary takes all failed items, and asks nothing', async () => {
  const { bench, inline, source } = pictureBench(8);
  refuse(bench, [inline[0]!, inline[7]!]);
  const job = { source, steps: [MARK], guard: { canary: 3 } };
  const first = await alive(bench.start(job, { confirmCanary: async () => 'yes' }));
  expect(first.counts).toMatchObject({ done: 6, failed: 2 });
  accept(bench);
  const confirmCanary = () => Promise.reject(new Error('asked'));
  const end = await alive(retry(bench, first.run, { confirmCanary }));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 8, failed: 0 } });
});

test('a retry of a run that applied a plan acts only on items of the plan that still match', async () => {
  const bench = runBench();
  const add = () => {
    const uploadedAt = new Date(bench.clock.now() - 48 * HOUR).toISOString();
    return bench.emulator.projects[0]!.addFile({ uploadedAt, storedAt: null }).uuid;
  };
  const planned = Array.from({ length: 8 }, add);
  const job = { source: { files: { stored: false } }, steps: [{ uses: 'delete' }] };
  const path = await bench.freeze(job);
  refuse(bench, planned.slice(0, 3));
  const first = await alive(bench.apply(path));
  expect(first.counts).toMatchObject({ done: 5, failed: 3, total: 8 });

  accept(bench);
  rmSync(path);
  Array.from({ length: 4 }, add);
  bench.storeElsewhere(planned[0]!);
  await bench.live({}, ({ world }) => world.clock.sleep(HOUR));
  const confirm = () => Promise.reject(new Error('asked'));
  const end = await alive(retry(bench, first.run, { confirm }));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 7, skipped: 1, total: 8 } });
  expect(changedBy(bench, 'delete').sort()).toEqual(planned.slice(1).sort());
});

test('a retry of a plan with a canary stays in its canary', async () => {
  const { bench, inline, source } = pictureBench(8);
  const path = await bench.freeze({ source, steps: [MARK] });
  refuse(bench, inline.slice(0, 1));
  const first = await alive(bench.apply(path, { canary: 3 }));
  expect(first).toMatchObject({ stop: { kind: 'canary' }, counts: { done: 2, failed: 1 } });
  accept(bench);
  const asked: CanaryQuestion[] = [];
  const end = await alive(retry(bench, first.run, { confirmCanary: answerAsYes(asked) }));
  expect(end).toMatchObject({ stop: { kind: 'canary' }, counts: { done: 3, pending: 5 } });
  expect(asked).toMatchObject([{ wasAsked: false }]);
});

test('a retry acts on no item beyond `limits.items`', async () => {
  const bench = runBench({ files: 12, storedShare: 1 });
  let isIll = true;
  bench.answer = ({ method, target }) =>
    isIll && method === 'PUT' && target.includes('/metadata/')
      ? answerWith(bench, 400, { detail: 'no' })
      : null;
  const job = { source: { files: { pageSize: 4 } }, steps: [MARK], limits: { items: 5 } };
  const first = await alive(bench.start(job));
  expect(first.counts).toMatchObject({ failed: 5, total: 5 });
  isIll = false;
  const end = await alive(retry(bench, first.run));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 5, total: 5 } });
  expect(changedBy(bench, 'metadata_set')).toHaveLength(5);
});
