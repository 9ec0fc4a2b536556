import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { mapTexts } from '../../../src/report/map-texts.ts';
import { noMoveCounts } from '../../../src/report/moves.ts';
import type { SqlSettings } from '../../../src/report/sql-updates.ts';
import { uuidOf } from '../../support/file-json.ts';
import { type MovedItem, movedRun } from '../../support/moved-run.ts';

const [A, B, C, D] = [1, 2, 3, 4].map(uuidOf);
const cdn = (uuid: string | undefined, rest = '') => `https://ucarecdn.com/${uuid}/${rest}`;

function sqlFor(uses: string, items: readonly MovedItem[], changes: Partial<SqlSettings> = {}) {
  const sql = {
    table: 'posts',
    column: 'body',
    dialect: 'ansi',
    type: 'text',
    match: 'part',
    to: undefined,
    ...changes,
  } as const;
  const settings = { oldHosts: [], newHost: 'ucarecdn.com' };
  return [...mapTexts(movedRun([uses], items), { as: 'sql', sql }, settings, noMoveCounts())].join(
    '',
  );
}

const copied = (...pairs: (readonly [string | undefined, string | undefined])[]) =>
  pairs.map(([key = '', file = '']) => ({ key, results: [{ file }] }));

/** The values of a column in SQLite after the SQL has run once, and after it has run again. */
function runTwice(sql: string, values: readonly string[]): readonly [string[], string[]] {
  const database = new Database(':memory:');
  database.exec('CREATE TABLE posts (body TEXT)');
  for (const value of values) database.prepare('INSERT INTO posts VALUES (?)').run(value);
  const read = () => {
    database.exec(sql);
    return database.prepare('SELECT body FROM posts').pluck().all() as string[];
  };
  const results = [read(), read()] as const;
  database.close();
  return results;
}

test('a database runs the SQL twice with the same result, also if a file moved several times', () => {
  // The second item moves on to where the first one leads from, and the run has them in this order.
  const sql = sqlFor('copy-local', copied([A, B], [B, C]));
  const [once, twice] = runTwice(sql, [cdn(A, '-/resize/300x/cat.jpg'), cdn(B), cdn(D)]);
  expect(once).toEqual([cdn(C, '-/resize/300x/cat.jpg'), cdn(C), cdn(D)]);
  expect(twice).toEqual(once);
  const reversed = sqlFor('copy-local', copied([B, C], [A, B]));
  expect(runTwice(reversed, [cdn(A)])).toEqual([[cdn(C)], [cdn(C)]]);
  const whole = sqlFor('copy-local', copied([A, B], [B, C]), { match: 'whole' });
  expect(runTwice(whole, [cdn(A), A ?? '', cdn(A, 'x')])[0]).toEqual([cdn(C), C, cdn(A, 'x')]);
});

test('moves in a circle change nothing', () => {
  const sql = sqlFor('copy-local', copied([A, B], [B, A]));
  expect(runTwice(sql, [cdn(A), cdn(B)])[1]).toEqual([cdn(A), cdn(B)]);
});

test('a warning says that URLs inside of texts stay, unless the user asked for whole values', () => {
  const warnings: string[] = [];
  const onLimit = (warning: string) => warnings.push(warning);
  const imported = copied(['https://a.test/1.jpg', B]);
  const sql = sqlFor('import-url', imported, { onLimit });
  expect(runTwice(sql, ['see https://a.test/1.jpg'])[1]).toEqual(['see https://a.test/1.jpg']);
  expect(warnings).toEqual([expect.stringContaining('only values that are exactly an old URL')]);
  sqlFor('import-url', imported, { onLimit, match: 'whole' });
  sqlFor('copy-local', copied([A, B]), { onLimit });
  expect(warnings).toHaveLength(1);
});

test('a URL with quotes and backslashes is data', () => {
  const url = "https://a.test/'); DROP TABLE posts; --\\";
  const sql = sqlFor('import-url', copied([url, A]));
  expect(runTwice(sql, [url, 'other'])).toEqual([
    [cdn(A), 'other'],
    [cdn(A), 'other'],
  ]);
});

test('each transaction has the updates of 1,000 items', () => {
  const items = Array.from({ length: 2001 }, (_, place) => ({
    key: uuidOf(place + 1),
    results: [{ file: uuidOf(place + 10_001) }],
  }));
  const statements = sqlFor('copy-local', items).split('\n');
  expect(statements.filter((one) => one === 'BEGIN;')).toHaveLength(3);
  expect(statements.indexOf('COMMIT;')).toBe(1001);
  expect(statements.filter((one) => one.startsWith('UPDATE'))).toHaveLength(2001);
});

test('PostgreSQL: a JSON column is changed as text, and becomes JSON again', () => {
  const json = { dialect: 'postgresql', type: 'json' } as const;
  expect(sqlFor('copy-local', copied([A, B]), json)).toContain(
    `UPDATE "posts" SET "body" = REPLACE("body"::jsonb::text, '${A}', '${B}')::jsonb WHERE "body"::jsonb::text LIKE '%${A}%';\n`,
  );
  expect(sqlFor('import-url', copied(['https://a.test/it\'s"1".jpg', B]), json)).toContain(
    `REPLACE("body"::jsonb::text, '"https://a.test/it''s\\"1\\".jpg"', '"${cdn(B)}"')::jsonb WHERE POSITION('"https://a.test/it''s\\"1\\".jpg"' IN "body"::jsonb::text) > 0;\n`,
  );
});

test('MySQL: a JSON column may have escaped slashes; the session reads backslashes as escapes', () => {
  const json = { dialect: 'mysql', type: 'json' } as const;
  const sql = sqlFor('import-url', copied(['https://a.test/1', B]), json);
  expect(sql).toMatch(
    /^SET NAMES utf8mb4;\nSET SESSION sql_mode = .*NO_BACKSLASH_ESCAPES.*\nBEGIN;/,
  );
  expect(sql).toContain(
    `'"https:\\\\/\\\\/a.test\\\\/1"', '"https:\\\\/\\\\/ucarecdn.com\\\\/${B}\\\\/"'`,
  );
});

test('JSON needs a dialect that has it', () => {
  expect(() => sqlFor('copy-local', copied([A, B]), { type: 'json' })).toThrow(
    'Add --dialect postgresql or --dialect mysql to --type json',
  );
});
