import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jobFingerprint } from '../../../src/job/job-fingerprint.ts';
import { loadJobFile } from '../../../src/job/load-job-file.ts';
import { loadPriceFile } from '../../../src/job/price-file.ts';

const folder = new URL('../../../jobs/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

function load(file: string, vars = {}) {
  return loadJobFile(readFileSync(new URL(file, folder), 'utf8'), {
    file: `jobs/${file}`,
    env: {},
    vars,
  });
}

test.each(files)(
  '%s is a job as it is, named like its file, and editors find its schema',
  (file) => {
    const job = load(file);
    expect(`${job.name}.yaml`).toBe(file);
    expect(jobFingerprint(job)).toMatch(/^[0-9a-f]{64}$/);
    const [first] = readFileSync(new URL(file, folder), 'utf8').split('\n');
    expect(first).toBe('# yaml-language-server: $schema=./job.schema.json');
  },
);

test('the job with prices is valid with the example of a price file', () => {
  const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
  const prices = loadPriceFile(read('prices.example.yml'), 'prices.example.yml');
  const file = 'label-images-at-night.yaml';
  const job = loadJobFile(read(file), { file, env: {}, vars: {}, prices });
  expect(job).toMatchObject({ prices: { currency: 'EUR' }, limits: { cost: '50.00 EUR' } });
});

test('the index names every job file', () => {
  const index = readFileSync(new URL('README.md', folder), 'utf8');
  expect(files.filter((file) => !index.includes(`](${file})`))).toEqual([]);
});

test('the nightly cleanup takes only unstored files of more than a day, and asks', () => {
  const job = load('nightly-unstored-cleanup.yaml');
  expect(job.source).toMatchObject({ files: { stored: false } });
  expect(job.where).toEqual({ uploaded: { olderThan: 86_400_000 } });
  expect(job.steps.map(({ uses }) => uses)).toEqual(['delete']);
  expect(job.guard).toMatchObject({ maxItems: 20_000, confirm: true });
});

test('storing everything goes oldest first, as the oldest files expire first', () => {
  const job = load('store-everything.yaml');
  expect(job.source).toMatchObject({ files: { stored: false, ordering: 'datetime_uploaded' } });
  expect(job.where).toEqual({});
  expect(job.steps.map(({ uses }) => uses)).toEqual(['store']);
});

test('the migration copies to the storage that --var names, under names that no two files share', () => {
  const job = load('migrate-to-remote-storage.yaml', { target: 'archive' });
  const pattern = ['$', '{default}'].join('');
  expect(job.steps).toMatchObject([
    { uses: 'copy-to-remote', with: { target: 'archive', pattern } },
  ]);
});

test('every block of YAML in docs/job-files.md that is a whole job loads', () => {
  const docs = readFileSync(new URL('../docs/job-files.md', folder), 'utf8');
  const jobs = [...docs.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);
  const whole = jobs.filter((text) => text.includes('version: 1'));
  expect(whole).not.toEqual([]);
  for (const text of whole) loadJobFile(text, { file: 'docs/job-files.md', env: {}, vars: {} });
});
