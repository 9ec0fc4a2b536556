// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of a job file.
// Tests own operations that cost money or make a file, in whole runs.

import { expect, test } from 'vitest';
import type { OwnEachOperation, OwnOutcome } from '../../src/operations/own-definition.ts';
import { loadedOperation } from '../support/own-code.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

type Each = OwnEachOperation<never>;

const STEP = { id: 'own', uses: './step.mjs' };
const SOURCE = { source: { files: {} } };

/** Copies the file, as a service would that sells its copies. */
const copyFile: Each['run'] = async ({ file, tag }, { rest }) => {
  const body = { source: file, store: true, metadata: { own_tag: tag } };
  const answer = await rest({ method: 'POST', path: '/files/local_copy/', body });
  const { result } = answer.body as { result: { uuid: string } };
  return { kind: 'done', result: { file: result.uuid } };
};

const COPY: Each = { shape: 'each', lostAnswer: 'in-doubt', makes: 'file', run: copyFile };
const PAID: Each = { ...COPY, paid: true };

function bench(operation: Each, files = 6): RunBench {
  const made = runBench({ files });
  made.code = loadedOperation(operation);
  return made;
}

function copies({ sent }: RunBench): number {
  return sent.filter(({ target }) => target === '/files/local_copy/').length;
}

test('a later step works on the file that an own operation made', async () => {
  const one = bench(COPY);
  const tagged = {
    uses: 'metadata',
    with: { file: '${{ steps.own.file }}', set: { from: 'own' } },
  };
  const end = await alive(one.start({ ...SOURCE, steps: [STEP, tagged] }));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 6 } });
  const made = one.items(end.run).map(({ result }) => result);
  const targets = one.sent.filter(({ method }) => method === 'PUT').map(({ target }) => target);
  const keys = one.items(end.run).map(({ key }) => key);
  expect(made).toHaveLength(6);
  expect(targets).toHaveLength(6);
  expect(targets.filter((target) => keys.some((key) => target.includes(key)))).toEqual([]);
});

test('a step can take no file from an own operation that makes none', async () => {
  const { makes: _makes, ...other } = COPY;
  const one = bench(other);
  const tagged = { uses: 'store', with: { file: '${{ steps.own.file }}' } };
  expect(() => one.job({ ...SOURCE, steps: [STEP, tagged] })).toThrow('./step.mjs makes no file');
});

test.each([
  ['no file', async (): Promise<OwnOutcome> => ({ kind: 'done' }), 'must be the UUID'],
  [
    'its own file',
    async ({ file }: { file: string | null }): Promise<OwnOutcome> => ({
      kind: 'done',
      result: { file },
    }),
    "the item's own file",
  ],
] as const)(
  'an operation that makes a file and returns %s stops the run',
  async (_, run, fault) => {
    const one = bench({ ...COPY, run });
    const end = await alive(one.start({ ...SOURCE, steps: [STEP] }));
    expect(end.stop).toMatchObject({ kind: 'fatal' });
    expect(one.items(end.run, 'in-doubt')[0]?.message).toContain(fault);
  },
);

test('an own operation that returns the same new file for two items puts the second in doubt', async () => {
  const file = '11111111-2222-4333-8444-555555555555';
  const one = bench({ ...COPY, run: async () => ({ kind: 'done', result: { file } }) });
  const end = await alive(one.start({ ...SOURCE, steps: [STEP] }));
  expect(end.counts).toMatchObject({ done: 1, 'in-doubt': 5 });
});

test('a paid own operation stops at its budget, and asks before the first call', async () => {
  const one = bench(PAID);
  const job = { ...SOURCE, steps: [STEP], limits: { paid: { 'own-code': 4 } } };
  const declined = await alive(one.start(job, { confirm: async () => 'no' }));
  expect(declined.state).toBe('declined');
  const end = await alive(one.start(job));
  expect(end).toMatchObject({ state: 'aborted', paid: [{ name: 'own-code', spent: 4 }] });
  expect(copies(one)).toBe(4);
});

test('a paid own operation is priced, and keeps to the cost limit', async () => {
  const one = bench(PAID);
  const prices = { currency: 'EUR', 'own-code': '2.00' };
  const end = await alive(one.start({ ...SOURCE, steps: [STEP], prices, limits: { cost: 5 } }));
  expect(end.state).toBe('aborted');
  expect(copies(one)).toBe(2);
});

test('a second run does not pay again for the same files', async () => {
  const one = bench(PAID);
  const [project] = one.emulator.projects;
  const inline = [0, 1, 2].map((index) => project?.seededFile(index).uuid);
  const job = { source: { inline }, steps: [STEP] };
  const first = await alive(one.start(job));
  const before = copies(one);
  expect([before, first.counts.done]).toEqual([3, 3]);
  const second = await alive(one.start(job));
  expect(second.counts).toMatchObject({ skipped: first.counts.done, done: 0 });
  expect(copies(one)).toBe(before);
});

test('an own operation with `skipIfDone` does the same work once', async () => {
  const one = bench(COPY);
  const job = { source: { files: {} }, steps: [{ ...STEP, skipIfDone: true }] };
  const first = await alive(one.start(job));
  const second = await alive(one.start(job));
  expect(first.counts.done).toBe(6);
  expect(second.counts.skipped).toBe(6);
});

test('after a kill at any commit, no item of a paid own operation is paid for twice', async () => {
  let kills = 0;
  for (let hit = 1; hit < 12; hit += 1) {
    const one = bench(PAID);
    const job = { ...SOURCE, steps: [STEP] };
    const first = await one.start(job, { death: { point: 'group-commit', hit } });
    if (first !== null) break;
    kills += 1;
    const end = await alive(copies(one) === 0 ? one.start(job) : one.resume());
    expect(end.counts.done + end.counts['in-doubt']).toBeGreaterThanOrEqual(6);
    expect(copies(one)).toBeLessThanOrEqual(6);
  }
  expect(kills).toBeGreaterThan(0);
});
