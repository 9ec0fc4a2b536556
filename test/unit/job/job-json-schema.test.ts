import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jobJsonSchema } from '../../../src/job/job-json-schema.ts';

const published = new URL('../../../jobs/job.schema.json', import.meta.url);

test('jobs/job.schema.json is the schema of this version: `ucbulk schema > jobs/job.schema.json`', () => {
  expect(JSON.parse(readFileSync(published, 'utf8'))).toEqual(jobJsonSchema());
});

test('an editor takes an expression where a pattern is wanted', () => {
  const { definitions } = JSON.parse(JSON.stringify(jobJsonSchema()));
  const duration = new RegExp(definitions.duration.pattern, 'u');
  expect(['24h', '${' + '{ vars.age }}', 'soon'].map((text) => duration.test(text))).toEqual([
    true,
    true,
    false,
  ]);
});

test('every key is explained to the reader of the file', () => {
  const unexplained: string[] = [];
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return;
    for (const [key, child] of Object.entries(schema)) visit(child, `${path}/${key}`);
    for (const [name, property] of Object.entries(
      (schema as { properties?: object }).properties ?? {},
    )) {
      const isTold = 'description' in property || '$ref' in property || 'const' in property;
      if (!isTold) unexplained.push(`${path}/${name}`);
    }
  };
  visit(jobJsonSchema(), '');
  expect(unexplained.filter((path) => !/(min|max|exists)$/.test(path))).toEqual([]);
});
