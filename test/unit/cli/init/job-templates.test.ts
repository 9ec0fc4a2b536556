import { expect, test } from 'vitest';
import {
  fillTemplate,
  findTemplate,
  readTemplates,
} from '../../../../src/cli/init/job-templates.ts';
import { loadJobFile } from '../../../../src/job/load-job-file.ts';

const TEMPLATES = readTemplates();
const ENV = { TARGET_PUBLIC_KEY: 'a', TARGET_SECRET_KEY: 'b' };

/** Variables that take only values of a certain form. */
const CHECKED = [
  'newerThan',
  'format',
  'quality',
  'mark',
  'pattern',
  'bucket',
  'url',
  'region',
  'sidecar',
];

test.each(TEMPLATES)(
  '$name is a complete job file for the user, with each value that was given',
  (template) => {
    const given = template.variables.map(
      ([name, value]) => [name, /^\d+$/.test(value) ? '7' : `a: ${name}`] as const,
    );
    const values = new Map(given.filter(([name]) => !CHECKED.includes(name)));
    const text = fillTemplate(template, { values, publicKey: 'demopublickey', file: 'my.yaml' });
    const job = loadJobFile(text, { file: 'my.yaml', env: ENV, vars: {} });
    expect(job).toMatchObject({ name: template.name, project: 'demopublickey' });
    for (const value of values.values()) {
      const shown = value === '7' ? value : JSON.stringify(value);
      expect(text.includes(`: ${shown}\n`) || text.includes(`: ${value}\n`)).toBe(true);
    }
    expect(text).not.toMatch(/jobs\/|yaml-language-server/);
  },
);

test.each(TEMPLATES)('$name without answers stays as it is in the package', (template) => {
  const text = fillTemplate(template, { values: new Map(), publicKey: null, file: 'x.yaml' });
  const options = { file: 'x', env: ENV, vars: {} };
  expect(loadJobFile(text, options)).toEqual(loadJobFile(template.text, options));
});

test('a part of a name is enough if only one name has it', () => {
  expect(findTemplate('cleanup', TEMPLATES).name).toBe('nightly-unstored-cleanup');
  expect(() => findTemplate('nothing', TEMPLATES)).toThrow(
    'there are: back-up-to-bucket, convert-documents-to-pdf',
  );
  expect(() => findTemplate('store-everythin', TEMPLATES)).not.toThrow();
  expect(() => findTemplate('upload-foldr', TEMPLATES)).toThrow('Did you mean upload-folder?');
});

test('a part that several names have names these jobs', () => {
  expect(() => findTemplate('bucket', TEMPLATES)).toThrow(
    'Several jobs have `bucket` in their name: back-up-to-bucket, migrate-from-bucket. Nothing was written. Type more of the name.',
  );
});

test('each variable has a comment, which `init` shows with its question', () => {
  const comments = TEMPLATES.flatMap((one) => [...one.comments.values()]);
  expect(comments.length).toBeGreaterThan(10);
  expect(comments.filter((comment) => !/^[A-Z].*\.$/.test(comment))).toEqual([]);
  expect(findTemplate('convert-documents', TEMPLATES).comments.get('max')).toBe(
    'If more documents than this match, the run stops before it converts anything.',
  );
});
