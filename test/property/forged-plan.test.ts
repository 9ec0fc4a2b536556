import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { planFileDocument, planFileText } from '../../src/cli/plan-file-text.ts';
import { ClassifiedError } from '../../src/core/failure.ts';
import { UserError } from '../../src/core/user-error.ts';
import { jobFingerprint } from '../../src/job/job-fingerprint.ts';
import type { Job } from '../../src/job/job-schema.ts';
import { readPlan } from '../../src/plans/read-plan.ts';
import { createSystemFiles } from '../../src/world/system-files.ts';
import { type RunBench, runBench } from '../support/run-bench.ts';

const files = createSystemFiles();

/** A job with a value of each kind that a person could forge in its plan. */
const RICH = {
  description: 'tidy up',
  source: { files: { stored: true, pageSize: 5 } },
  where: {
    stored: true,
    isImage: false,
    name: ['*'],
    mime: ['*/*'],
    size: { min: 0, max: '1TB' },
    uploaded: { olderThan: '1h', before: '2030-01-01' },
    metadata: { place: { exists: false } },
    tags: { none: ['keep'] },
    any: [{ size: { min: 0 } }],
    unless: { name: ['*.keep'] },
  },
  vars: { word: 'x' },
  recheckAfter: '10m',
  steps: [
    { id: 'mark', uses: 'metadata', with: { set: { a: '1' } }, if: 'file.size > 5' },
    { id: 'cut', uses: 'addon/remove_bg', onFailure: 'continue' },
    { id: 'gone', uses: 'delete' },
  ],
  limits: { paid: { remove_bg: 100 }, items: 50, rate: 100, concurrency: 3, duration: '5h' },
  guard: { maxItems: 100, maxShare: '100%', maxFailures: 50, canary: 2 },
  concurrency: { onConflict: 'share', priority: 'high' },
};

const ABSURD: readonly unknown[] = [null, 1e308, '[', [null], { x: 5 }];

type Path = readonly (string | number)[];

function* pathsIn(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    yield* pathsIn(child, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

function withValue(value: unknown, [key, ...rest]: Path, absurd: unknown): unknown {
  if (key === undefined) return absurd;
  const copy: Record<string | number, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : { ...(value as object) };
  Reflect.set(copy, key, withValue(Reflect.get(value as object, key), rest, absurd));
  return copy;
}

/** Replaces the job of a plan file, with the fingerprint and the hash of the new content. */
function forge(path: string, change: (job: Job) => unknown): string {
  const [first = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const header = JSON.parse(first) as { job: Job; fingerprint: string };
  const job = change(header.job) as Job;
  let { fingerprint } = header;
  try {
    fingerprint = jobFingerprint(job);
  } catch {}
  const content = [JSON.stringify({ ...header, job, fingerprint }), ...lines.slice(0, -1)];
  const hash = createHash('sha256');
  for (const line of content) hash.update(line).update('\n');
  const forged = `${path}.forged`;
  writeFileSync(
    forged,
    `${[...content, JSON.stringify({ sha256: hash.digest('hex') })].join('\n')}\n`,
  );
  return forged;
}

async function crash(bench: RunBench, forged: string): Promise<string | null> {
  try {
    const plan = await readPlan({ files, path: forged, file: 'some.plan' });
    planFileText(plan);
    JSON.stringify(planFileDocument(plan));
    await bench.apply(forged, { again: true, onConflict: 'share' });
    return null;
  } catch (error) {
    if (error instanceof UserError || error instanceof ClassifiedError) return null;
    return String((error as Error).stack)
      .split('\n')
      .slice(0, 3)
      .join(' ');
  }
}

test('no absurd value in the job of a forged plan makes ucbulk crash', async () => {
  const bench = runBench({ files: 1 });
  const path = await bench.freeze(RICH);
  const header = JSON.parse(readFileSync(path, 'utf8').split('\n')[0]!) as { job: Job };
  const crashes: string[] = [];
  for (const place of pathsIn(header.job)) {
    for (const absurd of ABSURD) {
      const forged = forge(path, (job) => withValue(job, place, absurd));
      const found = await crash(bench, forged);
      if (found !== null) crashes.push(`${place.join('.')} = ${JSON.stringify(absurd)}: ${found}`);
    }
  }
  expect(crashes).toEqual([]);
});
