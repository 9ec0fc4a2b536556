import { expect, test } from 'vitest';
import { describeJobChange, jobFingerprint } from '../../../src/job/job-fingerprint.ts';
import { loadJobFile } from '../../../src/job/load-job-file.ts';
import { storedJob } from '../../../src/state/stored-job.ts';

const JOB = `version: 1
name: x
source: { files: { stored: false } }
where: { uploaded: { olderThan: 24h } }
steps: [{ uses: delete }]
`;

// As version 0.1 kept the same job in its ledgers.
const STORED = {
  name: 'x',
  version: 1,
  source: {
    kind: 'files',
    files: { stored: false, ordering: 'datetime_uploaded', limit: 1000 },
  },
  where: { uploaded: { olderThan: 86_400_000 } },
  steps: [{ id: '1-delete', uses: 'delete', with: {} }],
  guard: { confirm: true },
  limits: {},
  recheckAfter: 600_000,
};

const load = (text: string) => loadJobFile(text, { file: 'x', env: {}, vars: {} });

test('a job that an earlier version stored is the same job as its file of today', () => {
  expect(storedJob({ job: STORED })).toEqual(load(JOB));
  expect(jobFingerprint(storedJob({ job: STORED }))).toBe(jobFingerprint(load(JOB)));
});

test('another page size is told by the name of today', () => {
  const changed = load(JOB.replace('stored: false', 'stored: false, pageSize: 5'));
  expect(describeJobChange(storedJob({ job: STORED }), changed)).toEqual([
    'source.files.pageSize: 1000 → 5',
  ]);
});

test('a job of today and one of another source come back as they are', () => {
  const today = load(JOB);
  const list = load(JOB.replace(/files: .*/, 'list: { path: a.txt } }').replace(/where.*\n/, ''));
  expect(storedJob({ job: today })).toBe(today);
  expect(storedJob({ job: list })).toBe(list);
});

test.each([
  [{}, 'has no steps'],
  [{ steps: 'none' }, 'has no steps'],
  [{ ...STORED, steps: [{ uses: 'delete' }] }, 'has no id or no options for step 1'],
  [
    { ...STORED, steps: [...STORED.steps, { id: '2', uses: 'teleport', with: {} }] },
    'has an unknown operation (teleport) as step 2',
  ],
  [{ ...STORED, source: undefined }, 'has no source'],
  [{ ...STORED, source: { kind: 'moon', moon: {} } }, 'has an unknown source (moon)'],
  [{ ...STORED, source: { kind: 'files' } }, 'has no options for its source'],
  [{ ...STORED, limits: null }, 'has no limits'],
  [{ ...STORED, guard: [] }, 'has no guard'],
])('a stored job that today can not be read is refused, with the part: %#', (job, fault) => {
  expect(() => storedJob({ job })).toThrow(`its job ${fault}`);
});

test('a run of a folder that an earlier version began goes on with every file', () => {
  const folder = { path: '/f', followLinks: false, onUnreadable: 'fail' };
  const job = { ...STORED, source: { kind: 'folder', folder } };
  expect(storedJob({ job }).source).toEqual({ kind: 'folder', folder: { ...folder, exclude: [] } });
});
