// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
import { expect, test } from 'vitest';
import { planText } from '../../src/cli/plan-text.ts';
import { runBench } from '../support/run-bench.ts';

const CUT = { id: 'cut', uses: 'addon/remove_bg' };

/** What a dry run over three pictures prints of what is paid for. */
async function paidRows(steps: readonly object[], limits: object = {}) {
  const bench = runBench();
  const project = bench.emulator.projects[0]!;
  const inline = [1, 2, 3].map(() => project.addFile({ isImage: true }).uuid);
  const job = { source: { inline }, steps, limits };
  const plan = await bench.plan(job);
  const text = planText(bench.job(job), plan);
  return { plan, text, rows: text.split('\n').filter((line) => line.startsWith('paid')) };
}

test('a dry run says how much would be paid for, by operation', async () => {
  const { plan, rows } = await paidRows([
    CUT,
    { uses: 'store', with: { file: '${{ steps.cut.file }}' } },
    { uses: 'addon/aws_rekognition_detect_labels' },
  ]);
  expect(plan.paid).toEqual([
    { name: 'remove_bg', most: 3, limit: null },
    { name: 'aws_rekognition_detect_labels', most: 3, limit: null },
  ]);
  expect(rows).toEqual([
    'paid      at most 3 remove_bg',
    'paid      at most 3 aws_rekognition_detect_labels',
  ]);
});

test('the same work twice is paid for once; other options are other work', async () => {
  const { plan } = await paidRows([
    CUT,
    { ...CUT, id: 'again' },
    { ...CUT, id: 'cropped', with: { crop: true } },
  ]);
  expect(plan.paid).toEqual([{ name: 'remove_bg', most: 6, limit: null }]);
});

test('a budget that will not do is told before it is spent', async () => {
  const { rows } = await paidRows([CUT], { paid: { remove_bg: 2 } });
  expect(rows).toEqual(['paid      at most 2 remove_bg of 3, then stops: limits.paid']);
});

test('a job without paid steps says nothing of it', async () => {
  const { rows } = await paidRows([{ uses: 'store' }]);
  expect(rows).toEqual([]);
});

test('a plan counts the expected polls, and says that their number is a guess', async () => {
  const { plan } = await paidRows([CUT]);
  const none = await paidRows([{ uses: 'store' }]);
  expect(none.plan.requestsEstimate).toBe(2); // the project, and one request for all items
  const [step] = plan.steps;
  expect(step?.polls).toMatchObject({ basis: 'typical' });
  expect(step?.polls?.expected).toBe(Math.ceil(3 * (step?.polls?.perJob ?? 0)));
  // One search for earlier cut-outs. For each picture, a start. One listing of the new files.
  expect(plan.requestsEstimate).toBe(1 + 1 + 3 + 1 + (step?.polls?.expected ?? 0));
});

test('an item waits for the jobs of one step after the other, and the plan says so', async () => {
  const { plan: one } = await paidRows([CUT]);
  const { plan, text } = await paidRows([CUT, { uses: 'addon/aws_rekognition_detect_labels' }]);
  const jobs = plan.steps.map(({ polls }) => polls?.medianMs ?? 0);
  const requestsMs = (plan.requestsEstimate / plan.duration.rate.perSecond) * 1000;
  expect(Math.min(...jobs)).toBeGreaterThan(0);
  expect(plan.duration.ms).toBe(Math.round(requestsMs + jobs[0]! + jobs[1]!));
  expect(plan.duration.ms).toBeGreaterThan(one.duration.ms);
  expect(text).toMatch(/^duration .* for the last remote jobs \(a guess\); without retries and/m);
});
