import { expect, test } from 'vitest';
import { exclusionRows } from '../../src/cli/exclusion-rows.ts';
import { readRun } from '../../src/state/read-runs.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';

const JOB = { source: { files: { pageSize: 20 } }, steps: [{ uses: 'store' }] };

/** The list of files ends after its second page, and its counter says `total`. */
function endEarly(bench: RunBench, total: unknown): void {
  let pages = 0;
  bench.answer = ({ target }) => {
    if (!target.startsWith('/files/?')) return null;
    pages += 1;
    const page = listed(bench, target);
    const next = pages === 2 ? null : page['next'];
    return answerWith(bench, 200, { ...page, next, total });
  };
}

/** A page of the list as the emulator has it. */
function listed({ emulator }: RunBench, target: string): Record<string, unknown> {
  const { body } = emulator.handle({
    method: 'GET',
    target,
    headers: {
      host: 'service.test',
      accept: 'application/vnd.uploadcare-v0.7+json',
      authorization: 'Uploadcare.Simple demopublickey:demosecretkey',
    },
    body: '',
  });
  return JSON.parse(String(body)) as Record<string, unknown>;
}

test.each([
  { total: 100, unlisted: 60 },
  { total: 41, unlisted: 1 },
  { total: 40, unlisted: 0 },
  { total: 0, unlisted: 0 },
  { total: -32_094, unlisted: 0 },
  { total: 'many', unlisted: 0 },
])(
  'a listing of 40 that the service counts as $total: $unlisted are missing',
  async ({ total, unlisted }) => {
    const bench = runBench({ files: 100, storedShare: 0 });
    endEarly(bench, total);
    const plan = await bench.plan(JOB);
    expect(plan).toMatchObject({ listed: 40, leftOut: { unlisted } });

    endEarly(bench, total);
    const end = await alive(bench.start(JOB));
    expect(end).toMatchObject({ state: 'finished', counts: { done: 40 }, leftOut: { unlisted } });
    const status = await readRun(bench.directory, end.run, createSystemWorld());
    expect(status.leftOut.unlisted).toBe(unlisted);
    expect(JSON.stringify(exclusionRows(end.leftOut)).includes('ended early')).toBe(unlisted > 0);
  },
);

test('apply of a plan with a limit: the end of the plan is no early end of the listing', async () => {
  const bench = runBench({ files: 100, storedShare: 0 });
  const path = await bench.freeze({ ...JOB, limits: { items: 25 } });
  const end = await alive(bench.apply(path));
  expect(end).toMatchObject({ counts: { done: 25 }, leftOut: { unlisted: 0 } });
});

test('apply of a plan with a limit reports a listing that ends before the plan', async () => {
  const bench = runBench({ files: 100, storedShare: 0 });
  const path = await bench.freeze({ ...JOB, limits: { items: 95 } });
  endEarly(bench, 100);
  const end = await alive(bench.apply(path));
  expect(end).toMatchObject({ counts: { done: 40 }, leftOut: { unlisted: 60 } });
});
