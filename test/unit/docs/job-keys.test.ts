import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isJsonObject, type JsonValue } from '../../../src/core/json.ts';
import { jobJsonSchema } from '../../../src/job/job-json-schema.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGES = [
  'job-files',
  'operations',
  'schedule',
  'money',
  'notifications',
  'verify',
  'own-code',
];

/** The names of all keys of a JSON Schema, at any depth. */
function keysOf(schema: JsonValue): string[] {
  if (Array.isArray(schema)) return schema.flatMap(keysOf);
  if (!isJsonObject(schema)) return [];
  const { properties = {} } = schema;
  const own = isJsonObject(properties) ? Object.keys(properties) : [];
  return [...own, ...Object.values(schema).flatMap(keysOf)];
}

test('every key of a job file is in the docs, as code', () => {
  const text = PAGES.map((page) => readFileSync(`${ROOT}docs/${page}.md`, 'utf8')).join('\n');
  const keys = [...new Set(keysOf(JSON.parse(JSON.stringify(jobJsonSchema()))))];
  expect(keys.length).toBeGreaterThan(100);
  const isInDocs = (key: string) =>
    new RegExp(`[\`.]${key}(?:\`|:|\\.)|^ *${key}:|[{,] ${key}:`, 'm').test(text);
  expect(keys.filter((key) => !isInDocs(key))).toEqual([]);
});
