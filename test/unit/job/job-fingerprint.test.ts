import { expect, test } from 'vitest';
import { describeJobChange, jobFingerprint } from '../../../src/job/job-fingerprint.ts';
import type { Job } from '../../../src/job/job-schema.ts';
import { loadJobFile } from '../../../src/job/load-job-file.ts';

const JOB = `version: 1
name: x
source: { files: { stored: false } }
where: { uploaded: { olderThan: 24h } }
steps: [{ uses: delete }]
`;

function load(text: string): Job {
  return loadJobFile(text, { file: 'x', env: {}, vars: {} });
}

test('is the same for the same job, whatever the order of its keys and the way it is written', () => {
  const turned = `steps: [{ uses: delete }]
where: { uploaded: { olderThan: 1d } }
source: { files: { ordering: datetime_uploaded, stored: false } }
guard: { confirm: true }
name: x
version: 1
`;
  expect(jobFingerprint(load(turned))).toBe(jobFingerprint(load(JOB)));
  expect(jobFingerprint(JSON.parse(JSON.stringify(load(JOB))))).toBe(jobFingerprint(load(JOB)));
});

test.each([
  'limits: { rate: 5, concurrency: 2, duration: 1h, requests: 9 }',
  'description: y',
  'report: {}',
])('%s may change between run and resume', (more) => {
  const changed = load(JOB + more);
  expect(jobFingerprint(changed)).toBe(jobFingerprint(load(JOB)));
  expect(describeJobChange(load(JOB), changed)).toEqual([]);
});

test('a guard that stopped a run may be raised before it is resumed', () => {
  const raised = load(JOB.replace('guard: { confirm: true }', 'guard: { maxItems: 5 }'));
  expect(jobFingerprint(raised)).toBe(jobFingerprint(load(JOB)));
});

test.each([
  ['olderThan: 24h', 'olderThan: 48h', ['where.uploaded.olderThan: 1d → 2d']],
  [
    'olderThan: 24h',
    'before: 2024-01-31',
    [
      'where.uploaded.olderThan: 1d → nothing',
      'where.uploaded.before: nothing → 2024-01-31T00:00:00.000Z',
    ],
  ],
  ['stored: false', 'stored: true', ['source.files.stored: false → true']],
  ['stored: false', '', ['source.files.stored: false → nothing']],
  [
    '[{ uses: delete }]',
    '[{ uses: store }]',
    ['steps[0].uses: "delete" → "store"', 'steps[0].id: "1-delete" → "1-store"'],
  ],
  ['name: x', 'name: y', ['name: "x" → "y"']],
])('%s to %j is a change, and is told', (was, is, lines) => {
  const changed = load(JOB.replace(was, is));
  expect(jobFingerprint(changed)).not.toBe(jobFingerprint(load(JOB)));
  expect(describeJobChange(load(JOB), changed)).toEqual(lines);
});

test('a long change is cut', () => {
  const inline = (count: number) =>
    load(
      `version: 1\nname: x\nsteps: [{ uses: store }]\nsource: { inline: [${Array.from({ length: count }, (_, index) => `5223010b-aaaa-4bbb-8ccc-${String(index).padStart(12, '0')}`).join(', ')}] }`,
    );
  const lines = describeJobChange(inline(1), inline(100));
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toBe('and 79 more');
});
