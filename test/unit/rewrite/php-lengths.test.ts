import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DocumentResult } from '../../../src/rewrite/rewrite-document.ts';
import { rewriteDocuments } from '../../../src/rewrite/rewrite-documents.ts';
import { uuidOf } from '../../support/file-json.ts';
import { movedRun } from '../../support/moved-run.ts';
import { tempDirectory } from '../../support/temp-ledger.ts';

const OLD = 'https://example.com/wp-content/uploads/2020/01/photo.jpg';
const SHORT = 'https://e.test/a.jpg';
const NEW = `https://ucarecdn.com/${uuidOf(2)}/`;

/** Rewrites a document, and gives its new text with what is said of it. */
async function rewrite(text: string): Promise<DocumentResult & { readonly text: string }> {
  const items = [OLD, SHORT].map((key) => ({ key, results: [{ file: uuidOf(2) }] }));
  const run = movedRun(['import-url'], items);
  const path = join(tempDirectory(), 'dump.sql');
  writeFileSync(path, text);
  const request = {
    paths: [path],
    oldHosts: [],
    newHost: null,
    bucketUrl: undefined,
    to: undefined,
    reverse: false,
    bareUuids: false,
    dryRun: false,
    backup: null,
    newId: () => 'id',
    signal: new AbortController().signal,
    onMap: () => undefined,
  };
  for await (const document of rewriteDocuments(run, request)) {
    return { ...document, text: readFileSync(path, 'utf8') };
  }
  throw new Error('No document');
}

type Value = string | number | readonly Value[];

/** A value as PHP serialises it. */
function serialised(value: Value): string {
  if (typeof value === 'number') return `i:${value};`;
  if (typeof value === 'string') return `s:${Buffer.byteLength(value)}:"${value}";`;
  const items = value.map((one, place) => `i:${place};${serialised(one)}`);
  return `a:${value.length}:{${items.join('')}}`;
}

const sql = (text: string) =>
  text.replaceAll(/[\\"'\n]/g, (sign) => (sign === '\n' ? '\\n' : `\\${sign}`));
const doubled = (text: string) => text.replaceAll("'", "''");
const WRITINGS: readonly [string, (text: string) => string][] = [
  ['as it is', (text) => text],
  ['a dump of MySQL', (text) => `INSERT INTO o VALUES (1,'${sql(text)}','yes');\n`],
  ['a dump of PostgreSQL or SQLite', (text) => `INSERT INTO o VALUES (1,'${doubled(text)}');\n`],
  [
    'a dump of phpMyAdmin',
    (text) => `VALUES ('${doubled(text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n'))}');`,
  ],
  ['JSON', (text) => JSON.stringify({ option: text })],
  ['a dump of JSON', (text) => `('${sql(JSON.stringify({ option: text }))}')`],
  ['CSV', (text) => `1,"${text.replaceAll('"', '""')}",yes\r\n`],
];

const page = (url: string): Value => [
  'background',
  url,
  `<img src='${url}'> größe 写真 \\ \n and "${url}"`,
  serialised(['inner', url, serialised([`deep ${url}`, url])]),
  7,
  '',
];

test.each(WRITINGS)('serialised PHP keeps its lengths right: %s', async (_name, write) => {
  const {
    text,
    replaced,
    serialised: left,
  } = await rewrite(write(serialised(page(OLD))) + write(serialised(page(SHORT))));
  const wanted = write(serialised(page(NEW)));
  expect(text).toBe(wanted + wanted);
  expect([replaced, left]).toEqual([12, 0]);
});

test('a string whose length is wrong already stays as it is, and is counted', async () => {
  const before = `a:1:{i:0;s:99:"${OLD}";} and ${OLD}`;
  const { text, replaced, serialised: left, state } = await rewrite(before);
  // 99 bytes reach beyond both.
  expect(text).toBe(before);
  expect([state, replaced, left]).toEqual(['unchanged', 0, 2]);
});

test.each([
  ['with quotes as entities', `s:${OLD.length}:&quot;${OLD}&quot;;`],
  ['of a class that serialises itself', `C:11:"ArrayObject":${OLD.length + 2}:{x ${OLD}}`],
  ['with escaped bytes', `S:${OLD.length}:"${OLD}";`],
])('a string %s stays as it is, and is counted; the rest is rewritten', async (_name, text) => {
  const end = await rewrite(`${text}\n${'-'.repeat(400)}\n${OLD}\n`);
  expect(end.text).toBe(`${text}\n${'-'.repeat(400)}\n${NEW}\n`);
  expect([end.replaced, end.serialised]).toEqual([1, 1]);
});

test('strings across the pieces that a document is read in keep their lengths right', async () => {
  const value = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom<Value>('%URL', '"%URL"', "it's %URL\n", 3, 'a;b:"c"'),
      },
      fc.nat({ max: 90_000 }).map((length): Value => `${'ab\n'.repeat(length / 3)}%URL`),
      { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
      fc.array(tie('value'), { maxLength: 3 }).map((inner): Value => ['nested', inner]),
    ),
  })).value;
  const nested = (one: Value, url: string, depth: number): string => {
    const filled = JSON.parse(JSON.stringify(one).replaceAll('%URL', url)) as Value;
    const text = serialised(filled);
    return depth === 0 ? text : nested([text, url], url, depth - 1);
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(value, { minLength: 1, maxLength: 6 }),
      fc.nat({ max: 3 }),
      fc.nat({ max: WRITINGS.length - 1 }),
      async (values, depth, writing) => {
        const [, write = String] = WRITINGS[writing] ?? [];
        const whole = (url: string) =>
          values.map((one) => write(nested(one, url, depth))).join('\n');
        const end = await rewrite(whole(OLD));
        expect(end.text === whole(NEW) && end.serialised === 0).toBe(true);
      },
    ),
    { numRuns: 20 },
  );
});
