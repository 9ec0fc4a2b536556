// Tests src/run/approved-terms.ts, src/job/job-terms.ts and src/run/job-to-resume.ts.
import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import { publicKeyOf } from '../../src/plans/approval-keys.ts';
import { approvePlan } from '../../src/plans/approve-plan.ts';
import { checkChangedJob } from '../../src/run/resume-run.ts';
import { createSystemFiles } from '../../src/world/system-files.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const JOB = {
  source: { files: { pageSize: 4 } },
  steps: [{ uses: 'addon/remove_bg' }],
  prices: { currency: 'EUR', remove_bg: 0.05 },
  guard: { maxItems: 10, maxFailures: '1%', canary: 5 },
  limits: {
    cost: '0.15 EUR',
    paid: { remove_bg: 8 },
    rate: '08:00,5 20:00,off UTC',
    duration: '1h',
  },
  window: '00:00-23:59 UTC',
  labels: { team: 'web' },
};
const files = createSystemFiles();

/** A plan that somebody approved. */
async function approved(bench: RunBench): Promise<string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const path = await bench.freeze(JOB, [publicKeyOf(privateKey)]);
  await approvePlan(
    { files, path, file: 'some.plan' },
    { privateKey, at: '2026-11-21T12:00:00.000Z', id: 'approval' },
  );
  return path;
}

function changed(part: 'guard' | 'limits' | 'prices', values: object): object {
  return { ...JOB, [part]: { ...JOB[part], ...values } };
}

function without(part: 'guard' | 'limits', key: string): object {
  const kept = Object.entries(JOB[part]).filter(([name]) => name !== key);
  return { ...JOB, [part]: Object.fromEntries(kept) };
}

test.each([
  [changed('limits', { cost: '2 EUR' }), 'limits.cost: "0.15 EUR" → "2.00 EUR"'],
  [without('limits', 'cost'), 'limits.cost: "0.15 EUR" → nothing'],
  [changed('limits', { paid: { remove_bg: 9 } }), 'limits.paid.remove_bg: 8 → 9'],
  [without('limits', 'paid'), 'limits.paid.remove_bg: 8 → nothing'],
  [changed('limits', { rate: 5 }), 'limits.rate: "08:00,5 20:00,off UTC" → 5'],
  [changed('limits', { duration: '2h' }), 'limits.duration: 1h → 2h'],
  [changed('guard', { maxItems: 11 }), 'guard.maxItems: 10 → 11'],
  [without('guard', 'maxItems'), 'guard.maxItems: 10 → nothing'],
  [changed('guard', { maxFailures: '2%' }), 'guard.maxFailures: "1%" → "2%"'],
  [changed('guard', { maxFailures: 1 }), 'guard.maxFailures: "1%" → 1'],
  [changed('guard', { confirm: false }), 'guard.confirm: true → false'],
  [changed('prices', { remove_bg: 0.01 }), 'prices.remove_bg: "0.05" → "0.01"'],
  [changed('prices', { request: 0.01 }), 'prices.request: nothing → "0.01"'],
  [{ ...JOB, window: '00:00-23:58 UTC' }, 'window: "00:00-23:59 UTC" → "00:00-23:58 UTC"'],
  [{ ...JOB, evidence: false }, 'evidence: nothing → false'],
])('an approved plan is not applied with a job that allows more: %#', async (job, line) => {
  const bench = runBench({ files: 3 });
  const path = await approved(bench);
  const before = bench.sent.length;
  await expect(bench.apply(path, { job })).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringContaining(`\n  ${line}\nNothing was sent.`),
  });
  expect(bench.sent.length).toBe(before);
});

test('an approved plan is applied with a job that allows less, and the differences are logged', async () => {
  const bench = runBench({ files: 2 });
  const path = await approved(bench);
  const messages: string[] = [];
  const job = {
    ...changed('limits', { cost: 0.1, requests: 1000, finishBy: '2030-01-01 06:00 Europe/Berlin' }),
    labels: { team: 'app' },
  };
  const log = (level: string, _: object, message: string) => messages.push(`${level} ${message}`);
  const end = await alive(bench.apply(path, { job, log }));
  expect(end.counts).toMatchObject({ done: 2 });
  const note = messages.find((message) => message.startsWith('warn The job differs'));
  expect(note).toContain('limits.cost: "0.15 EUR" → "0.10"');
  expect(note).toContain('limits.requests: nothing → 1000');
  expect(note).toContain('labels.team: "web" → "app"');
});

test('without an approval, a job may allow more, and every difference is logged', async () => {
  const bench = runBench({ files: 2 });
  const path = await bench.freeze(JOB);
  const messages: string[] = [];
  const job = changed('limits', { cost: 2, paid: { remove_bg: 9 } });
  const log = (_: string, __: object, message: string) => messages.push(message);
  const end = await alive(bench.apply(path, { job, log }));
  expect(end.counts).toMatchObject({ done: 2 });
  const note = messages.find((message) => message.includes('differs from the plan'));
  expect(note).toContain('limits.cost: "0.15 EUR" → "2.00"');
  expect(note).toContain('limits.paid.remove_bg: 8 → 9');
});

test('a canary of the command line may not be larger than the approved one', async () => {
  const bench = runBench({ files: 2 });
  const path = await approved(bench);
  await expect(bench.apply(path, { canary: 6 })).rejects.toThrow('guard.canary: 5 → 6');
  expect((await alive(bench.apply(path, { canary: 4 }))).counts).toMatchObject({ done: 2 });
});

function dryRun(bench: RunBench, run: RunId, job: object): Promise<void> {
  return checkChangedJob(run, bench.job(job), {
    stateDirectory: bench.directory,
    connection: {
      publicKey: 'demopublickey',
      secretKey: 'demosecretkey',
      restOrigin: 'https://service.test',
      auth: 'signed',
    },
    files,
  });
}

test('a run of an approved plan is not resumed with a job that allows more, also in a dry run', async () => {
  const bench = runBench({ files: 4 });
  const path = await approved(bench);
  const end = await alive(bench.apply(path));
  expect(end.stop).toMatchObject({ kind: 'budget' });
  const job = changed('limits', { cost: '2 EUR' });
  const refusal = { kind: 'refused', message: expect.stringContaining('limits.cost: "0.15 EUR"') };
  await expect(bench.resume({ run: end.run, job })).rejects.toMatchObject(refusal);
  await expect(dryRun(bench, end.run, job)).rejects.toMatchObject(refusal);
  await expect(dryRun(bench, end.run, JOB)).resolves.toBeUndefined();
});

test('a run does not resume in another currency, also in a dry run', async () => {
  const bench = runBench({ files: 4 });
  const end = await alive(bench.start(JOB));
  expect(end.stop).toMatchObject({ kind: 'budget' });
  const job = {
    ...JOB,
    prices: { currency: 'USD', remove_bg: 0.05 },
    limits: { ...JOB.limits, cost: '2 USD' },
  };
  const refusal = { kind: 'usage', message: expect.stringContaining('counts its cost in EUR') };
  await expect(bench.resume({ run: end.run, job })).rejects.toMatchObject(refusal);
  await expect(dryRun(bench, end.run, job)).rejects.toMatchObject(refusal);
});
