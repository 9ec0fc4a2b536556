// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
import { expect, test } from 'vitest';
import type { ApiVersion } from '../../../src/core/api-version.ts';
import { describeJob } from '../../../src/job/describe-job.ts';
import { JobFileError } from '../../../src/job/job-file-error.ts';
import { describeJobChange, jobFingerprint } from '../../../src/job/job-fingerprint.ts';
import type { Job } from '../../../src/job/job-schema.ts';
import { loadJobFile } from '../../../src/job/load-job-file.ts';

const FILES = { files: {} };
const STORE = [{ uses: 'store' }];

function load(parts: object, apiVersion?: ApiVersion): Job {
  const job = { version: 1, name: 'test', source: FILES, steps: STORE, ...parts };
  return loadJobFile(JSON.stringify(job, null, 2), {
    file: 'job.json',
    env: {},
    vars: {},
    apiVersion,
  });
}

function faultsOf(parts: object, apiVersion?: ApiVersion): string[] {
  try {
    load(parts, apiVersion);
  } catch (error) {
    if (!(error instanceof JobFileError)) throw error;
    return error.problems.map(({ message }) => message);
  }
  return [];
}

const step = (uses: string, options?: object) => ({
  apiVersion: '0.6',
  steps: [{ uses, with: options }],
});

test.each([
  ['search', { apiVersion: '0.6', source: { search: { query: 'holiday' } } }, 'has no search'],
  ['where.metadata', { apiVersion: '0.6', where: { metadata: { a: 'b' } } }, 'has no metadata'],
  ['where.tags', { apiVersion: '0.6', where: { tags: { any: ['a'] } } }, 'has no tags'],
  ['where.any', { apiVersion: '0.6', where: { any: [{ tags: { any: ['a'] } }] } }, 'has no tags'],
  [
    'where.unless',
    { apiVersion: '0.6', where: { unless: { metadata: { a: 'b' } } } },
    'no metadata',
  ],
  ['metadata', step('metadata', { set: { a: 'b' } }), 'has no metadata'],
  ['tags', step('tags', { add: ['a'] }), 'has no tags'],
  ['copy-local', step('copy-local'), 'does not have'],
  ['remove_bg', step('addon/remove_bg'), 'has no add-ons'],
  ['virus scan', step('addon/uc_clamav_virus_scan'), 'has no add-ons'],
  ['labels', step('addon/aws_rekognition_detect_labels'), 'has no add-ons'],
  ['moderation', step('addon/aws_rekognition_detect_moderation_labels'), 'has no add-ons'],
  [
    'page groups',
    step('convert/document', { format: 'jpg', saveInGroup: true }),
    'groups of a document',
  ],
  ['appdata', step('info', { include: 'appdata' }), 'has no appdata'],
  [
    'import-url',
    { ...step('import-url'), source: { urls: { path: 'urls.txt' } } },
    'does not have',
  ],
  ['upload', { ...step('upload'), source: { folder: { path: 'photos' } } }, 'does not have'],
  [
    'delete-group',
    { ...step('delete-group'), source: { groups: { take: 'groups' } } },
    'cannot delete groups',
  ],
])('0.6: %s is refused', (_name, parts, reason) => {
  const faults = faultsOf(parts);

  expect(faults).toEqual([expect.stringContaining('needs version 0.7 of the REST API')]);
  expect(faults[0]).toContain(reason);
  expect(faultsOf({ ...parts, apiVersion: '0.7' })).toEqual([]);
});

test('0.6: a condition on metadata or tags is refused at its place', () => {
  const steps = [{ uses: 'delete', if: '"a" in file.tags && file.metadata.b == "c"' }];

  expect(faultsOf({ apiVersion: '0.6', steps })).toEqual([
    expect.stringMatching(/^steps\[0\]\.if needs version 0\.7 .* has no metadata/),
    expect.stringMatching(/^steps\[0\]\.if needs version 0\.7 .* has no tags/),
  ]);
});

test('0.7: the order by size and the labels of 0.6 are refused', () => {
  const bySize = { source: { files: { ordering: '-size' } } };
  const labels = { steps: [{ uses: 'info', with: { addFields: 'rekognition_info' } }] };

  expect(faultsOf(bySize)).toEqual([
    'source.files.ordering needs version 0.6 of the REST API: version 0.7 orders files by upload time only; add `apiVersion: "0.6"`',
  ]);
  expect(faultsOf(labels)).toEqual([expect.stringContaining('needs version 0.6')]);
  expect(faultsOf({ ...bySize, apiVersion: '0.6' })).toEqual([]);
  expect(faultsOf({ ...labels, apiVersion: '0.6' })).toEqual([]);
});

test('the given version replaces that of the file, before anything is checked', () => {
  expect(load({}, '0.6').apiVersion).toBe('0.6');
  expect(load({ apiVersion: '0.6' }, '0.7').apiVersion).toBe('0.7');
  expect(faultsOf({ steps: [{ uses: 'tags', with: { add: ['a'] } }] }, '0.6')).toHaveLength(1);
});

test('a number and an unknown version are refused', () => {
  expect(faultsOf({ apiVersion: 0.6 })).toEqual([
    expect.stringContaining('"0.6" or "0.7", in quotes'),
  ]);
  expect(faultsOf({ apiVersion: '0.5' })).toHaveLength(1);
});

test('the default version is the same job as none; 0.6 is another one', () => {
  const [none, named, old] = [load({}), load({ apiVersion: '0.7' }), load({ apiVersion: '0.6' })];

  expect(jobFingerprint(named)).toBe(jobFingerprint(none));
  expect(jobFingerprint(old)).not.toBe(jobFingerprint(none));
  expect(describeJobChange(old, none)).toEqual(['apiVersion: "0.6" → nothing']);
});

test('validate describes the version and the order', () => {
  const job = load({ apiVersion: '0.6', source: { files: { ordering: 'size' } } });

  expect(describeJob(job)).toBe(
    'Lists all files, smallest first; stores them, 100 per request; uses version 0.6 of the REST API.',
  );
});
