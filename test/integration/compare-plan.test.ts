import { expect, test } from 'vitest';
import { comparisonText } from '../../src/cli/comparison-text.ts';
import { withComparison } from '../../src/run/compare-plan.ts';
import { planRun } from '../../src/run/plan-run.ts';
import { type RunBench, runBench } from '../support/run-bench.ts';

const JOB = { source: { files: { pageSize: 2 } }, steps: [{ uses: 'store' }] };

/** Compares the selection of now with an earlier plan. */
async function compare(bench: RunBench, path: string, parts: object = JOB) {
  const compared = await bench.live({}, (context) => {
    const job = bench.job(parts);
    const { connection, world } = context;
    return withComparison({ path, file: 'some.plan' }, { job, connection, world }, (onPage) =>
      planRun(job, context, onPage),
    );
  });
  if (compared === null) throw new Error('The process died');
  return compared.comparison;
}

function benchWithFiles() {
  const bench = runBench();
  const project = bench.emulator.projects[0]!;
  const uuids = Array.from({ length: 5 }, () => project.addFile({ storedAt: null }).uuid);
  return { bench, project, uuids };
}

test('nothing is different right after the plan', async () => {
  const { bench } = benchWithFiles();
  const path = await bench.freeze(JOB);
  expect(await compare(bench, path)).toMatchObject({
    file: 'some.plan',
    same: 5,
    added: { count: 0, examples: [] },
    gone: { count: 0, examples: [] },
    changed: { count: 0, examples: [] },
    jobChanges: [],
  });
});

test('new, gone and changed items are counted and named', async () => {
  const { bench, project, uuids } = benchWithFiles();
  const path = await bench.freeze(JOB);
  const added = project.addFile({ storedAt: null }).uuid;
  bench.removeElsewhere(uuids[3]!);
  bench.storeElsewhere(uuids[0]!);
  const where = { name: ['*.txt'] };
  const comparison = await compare(bench, path, {
    ...JOB,
    source: { files: { pageSize: 2, removed: false } },
    where,
  });
  expect(comparison).toMatchObject({
    same: 3,
    added: { count: 1, examples: [added] },
    gone: { count: 1, examples: [uuids[3]] },
    changed: { count: 1, examples: [uuids[0]] },
  });
  expect(comparison.jobChanges).toContain('where.name[0]: nothing → "*.txt"');
  const text = comparisonText(comparison);
  expect(text).toContain(`new      1 item: ${added}`);
  expect(text).toContain(`changed  1 item: ${uuids[0]}`);
});
