// Tests src/engine/canary.ts.

import { expect, test } from 'vitest';
import { canaryText } from '../../src/cli/canary-text.ts';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import type { CanaryQuestion } from '../../src/run/run-request.ts';
import { alive, answerWith, runBench } from '../support/run-bench.ts';

const DELETE = {
  source: { files: { stored: false, pageSize: 20 } },
  steps: [{ uses: 'delete' }],
  guard: { canary: 15 },
};

test('a canary does the first items, shows their results, and asks; a yes continues', async () => {
  const bench = runBench({ files: 100, storedShare: 0.4 });
  const asked: CanaryQuestion[] = [];
  const consents: number[] = [];
  const end = await alive(
    bench.start(DELETE, {
      confirm: async ({ items }) => consents.push(items) > 0,
      confirmCanary: async (question) => {
        asked.push(question);
        expect(bench.effects('delete').changed).toBe(15);
        return 'yes';
      },
    }),
  );
  const total = end.counts.total;
  expect(end).toMatchObject({ state: 'finished', stop: null, counts: { done: total } });
  expect(consents).toEqual([15]);
  expect(asked).toMatchObject([
    {
      items: 15,
      remaining: total - 15,
      counts: { done: 15, total: 15 },
      effects: [{ kind: 'delete', count: total - 15 }],
      wasAsked: false,
    },
  ]);
  expect(asked[0]?.results).toHaveLength(10);
  const { filename } = asked[0]?.results[0] ?? {};
  expect(filename).toMatch(/\.\w+$/);
  expect(bench.effects('delete')).toEqual({ changed: total, twice: 0 });
});

test('without an answer the run ends with exit 7, does nothing more, and asks again', async () => {
  const bench = runBench({ files: 100, storedShare: 0 });
  const end = await alive(bench.start(DELETE));
  expect(end).toMatchObject({ state: 'interrupted', stop: { kind: 'canary' } });
  expect(exitCodeForEnd(end, null)).toBe(7);
  expect(bench.effects('delete').changed).toBe(15);

  const before = bench.mutations.length;
  const again = await alive(bench.resume());
  expect(again).toMatchObject({ state: 'interrupted', stop: { kind: 'canary' } });
  expect(bench.mutations.length).toBe(before);

  const confirmCanary = async ({ wasAsked }: CanaryQuestion) => wasAsked;
  const last = await alive(bench.resume({ confirmCanary }));
  expect(last).toMatchObject({ state: 'finished', counts: { done: 100 } });
  expect(bench.effects('delete')).toEqual({ changed: 100, twice: 0 });
});

test('a no leaves the other items alone for good', async () => {
  const bench = runBench({ files: 100, storedShare: 0 });
  const end = await alive(bench.start(DELETE, { confirmCanary: async () => 'no' }));
  expect(end).toMatchObject({ state: 'declined', counts: { done: 15, pending: 85 } });
  await expect(bench.resume({ run: end.run })).rejects.toThrow('was declined');
  expect(bench.effects('delete').changed).toBe(15);
});

test('a run that was killed in its canary has shown nothing: its resume asks for the first time', async () => {
  const bench = runBench({ files: 100, storedShare: 0 });
  const job = { ...DELETE, steps: [{ uses: 'metadata', with: { set: { a: 'b' } } }] };
  await bench.start(job, { death: { point: 'outcome-committed', hit: 5 } });
  const asked: boolean[] = [];
  const confirmCanary = async ({ wasAsked }: CanaryQuestion) => {
    asked.push(wasAsked);
    return 'unanswered' as const;
  };
  await alive(bench.resume({ confirmCanary }));
  await alive(bench.resume({ confirmCanary }));
  expect(asked).toEqual([false, true]);
});

test('a process that dies before the results are shown has not asked: its resume is the first to ask', async () => {
  const bench = runBench({ files: 100, storedShare: 0 });
  const asked: boolean[] = [];
  const dies = async ({ wasAsked }: CanaryQuestion) => {
    asked.push(wasAsked);
    throw new Error('The terminal is gone');
  };
  const stays = async ({ wasAsked }: CanaryQuestion) => {
    asked.push(wasAsked);
    return 'unanswered' as const;
  };
  await bench.start(DELETE, { confirmCanary: dies });
  await alive(bench.resume({ confirmCanary: stays }));
  await alive(bench.resume({ confirmCanary: stays }));
  expect(asked).toEqual([false, false, true]);
});

test('a job file without the canary does not remove it from a resume', async () => {
  const bench = runBench({ files: 100, storedShare: 0 });
  await bench.start(DELETE);
  const { guard: _, ...without } = DELETE;
  expect(await alive(bench.resume({ job: without }))).toMatchObject({ stop: { kind: 'canary' } });
  expect(bench.effects('delete').changed).toBe(15);
});

test.each([50, 100, 2])(
  'a resume does not change the canary: a job file with %i',
  async (canary) => {
    const bench = runBench({ files: 100, storedShare: 0 });
    const asked: number[] = [];
    await bench.start(DELETE);
    const confirmCanary = async ({ items }: CanaryQuestion) => {
      asked.push(items);
      return 'unanswered' as const;
    };
    const confirm = () => Promise.reject(new Error('asked'));
    const job = { ...DELETE, guard: { canary } };
    const end = await alive(bench.resume({ job, confirmCanary, confirm }));
    expect(end).toMatchObject({ stop: { kind: 'canary' }, counts: { done: 15, pending: 85 } });
    expect(asked).toEqual([15]);
  },
);

test('a run without a canary gets none from the job file of a resume', async () => {
  const bench = runBench({ files: 100, storedShare: 0 });
  const { guard: _, ...without } = DELETE;
  await bench.start({ ...without, limits: { requests: 4 } });
  const end = await alive(bench.resume({ job: DELETE }));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 100 } });
});

test('a canary larger than the selection is the whole run, without a question', async () => {
  const bench = runBench({ files: 15, storedShare: 0 });
  const confirmCanary = () => Promise.reject(new Error('asked'));
  expect(await alive(bench.start(DELETE, { confirmCanary }))).toMatchObject({
    state: 'finished',
    counts: { done: 15 },
  });
});

test('a canary of groups has at least one whole group', async () => {
  const bench = runBench();
  const inline = Array.from({ length: 25 }, () => bench.emulator.projects[0]!.addFile().uuid);
  const job = {
    source: { inline },
    steps: [{ uses: 'create-group', with: { size: 10 } }],
    guard: { canary: 4 },
  };
  const groups: number[] = [];
  const end = await alive(
    bench.start(job, {
      confirmCanary: async ({ items }) => {
        groups.push(items, bench.effects('group_create').changed);
        return 'yes';
      },
    }),
  );
  expect(end).toMatchObject({ state: 'finished', counts: { done: 25 } });
  expect(groups).toEqual([10, 1]);
  expect(bench.effects('group_create').changed).toBe(3);
});

test('the report says what the failures and the time of the canary mean for the others', async () => {
  const bench = runBench({ files: 200, storedShare: 1 });
  let sent = 0;
  bench.answer = ({ method }) => {
    if (method !== 'PUT') return null;
    sent += 1;
    return sent % 5 === 0 ? answerWith(bench, 400, { detail: 'No such key.' }) : null;
  };
  const job = {
    source: { files: { stored: true } },
    steps: [{ uses: 'metadata', with: { set: { a: 'b' } } }],
    guard: { canary: 20 },
  };
  let text = '';
  await bench.start(job, {
    confirmCanary: async (question) => {
      text = canaryText(question);
      return 'no';
    },
  });
  expect(text).toContain('Canary of bench: 20 items; 180 wait');
  expect(text).toMatch(/selected\s+200 of 200 listed \(100%\)/);
  expect(text).toMatch(/items\s+20: 16 done, 4 failed/);
  expect(text).toMatch(/the rest\s+180 items: about 36 failures \(probably at most 38%\), about /);
});
