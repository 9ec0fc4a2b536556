import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findEarlierUnfinished } from '../../src/run/earlier-unfinished.ts';
import { jobIdentity, runToResume } from '../../src/run/run-to-resume.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const JOB = {
  name: 'nightly',
  source: { files: { stored: true } },
  steps: [{ uses: 'delete' }],
};

/** A run that nobody was there to confirm. */
async function unfinished() {
  const bench = runBench({ files: 5, storedShare: 1 });
  const end = await alive(bench.start(JOB, { confirm: async () => 'unanswered' }));
  expect(end.state).toBe('aborted');
  return { bench, run: end.run };
}

function find(bench: RunBench, job: object) {
  return bench.live({}, (context) => findEarlierUnfinished(bench.job(job), context));
}

test('an unfinished run of the same job is found', async () => {
  const { bench, run } = await unfinished();
  expect(await find(bench, JOB)).toMatchObject({ run, isSameJob: true, state: 'aborted' });
});

test.each([
  ['another guard', { guard: { maxItems: 7 } }, true],
  ['another filter', { where: { size: { max: '1MB' } } }, false],
  ['another step', { steps: [{ uses: 'store' }] }, false],
  ['a limit of items', { limits: { items: 2 } }, false],
  ['a sample', { where: { sample: '50%' } }, false],
])('a job with %s can be resumed: %s', async (_, change, isSameJob) => {
  const { bench, run } = await unfinished();
  expect(await find(bench, { ...JOB, ...change })).toMatchObject({ run, isSameJob });
});

test('a job of another name has no unfinished run', async () => {
  const { bench } = await unfinished();
  expect(await find(bench, { ...JOB, name: 'weekly' })).toBeNull();
});

test('a finished run is not offered', async () => {
  const { bench, run } = await unfinished();
  await alive(bench.resume({ run }));
  expect(await find(bench, JOB)).toBeNull();
});

test('a declined run is not offered', async () => {
  const bench = runBench({ files: 5, storedShare: 1 });
  await alive(bench.start(JOB, { confirm: async () => 'no' }));
  expect(await find(bench, JOB)).toBeNull();
});

test('a ledger that cannot be read does not stop a new run', async () => {
  const { bench, run } = await unfinished();
  writeFileSync(join(bench.directory, 'runs', 'run-9.db'), 'damaged');
  expect(await find(bench, JOB)).toMatchObject({ run });
});

test('a resume of a renamed job names the run that differs only in its name', async () => {
  const { bench, run } = await unfinished();
  const renamed = bench.job({ ...JOB, name: 'weekly' });
  const wanted = bench.live({}, (context) =>
    runToResume(null, context, jobIdentity(renamed, context.connection)),
  );
  await expect(wanted).rejects.toThrow(
    `There is no unfinished run of the job weekly in project demopublickey. Run ${run} is unfinished, and its job differs only in its name: nightly.`,
  );
  const other = bench.job({ ...JOB, name: 'weekly', steps: [{ uses: 'store' }] });
  const none = bench.live({}, (context) =>
    runToResume(null, context, jobIdentity(other, context.connection)),
  );
  await expect(none).rejects.toThrow('There is no unfinished run of the job weekly in project');
});
