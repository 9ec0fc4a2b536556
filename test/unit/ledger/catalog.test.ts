import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Catalog } from '../../../src/ledger/catalog.ts';
import { openDatabase } from '../../../src/ledger/open-database.ts';
import { tempDirectory } from '../../support/temp-ledger.ts';

const OWNER = { restOrigin: 'https://api.test', publicKey: 'pub' };

/** A catalog in a folder of its own, and what it says. */
function catalogPlace() {
  const path = join(tempDirectory(), 'catalog.db');
  const told: string[] = [];
  const open = () => Catalog.open(path, (words) => told.push(words));
  return { path, told, open };
}

function withRate(open: () => Catalog): void {
  const catalog = open();
  catalog.saveRate(OWNER, 12.5, 2);
  catalog.close();
}

test('the catalog keeps a rate for each origin and project', () => {
  const { open, told } = catalogPlace();
  const catalog = open();
  expect(catalog.learnedRate(OWNER)).toBe(null);
  catalog.saveRate(OWNER, 10, 1);
  catalog.saveRate(OWNER, 12.5, 2);
  catalog.close();

  const again = open();
  expect(again.learnedRate(OWNER)).toEqual({ rate: 12.5, learnedAt: 2 });
  expect(again.learnedRate({ ...OWNER, publicKey: 'other' })).toBe(null);
  again.close();
  expect(told).toEqual([]);
});

test('a damaged catalog is put aside whole, and a new one made', () => {
  const { path, told, open } = catalogPlace();
  withRate(open);
  const bytes = readFileSync(path);
  bytes.fill(0x5a, 4096 + 8); // all but the first page, and the header of the second
  writeFileSync(path, bytes);

  const catalog = open();
  expect(catalog.learnedRate(OWNER)).toBe(null);
  catalog.saveRate(OWNER, 3, 3);
  catalog.close();
  expect(readFileSync(`${path}.damaged`)).toEqual(bytes);
  expect(told).toEqual([
    expect.stringMatching(/damaged.*Only learned rates and durations are lost/),
  ]);
  expect(open().learnedRate(OWNER)?.rate).toBe(3);
});

test.each([
  ['the database of another program', 'CREATE TABLE mine (x)', /belongs to another program/],
  ['a newer catalog', 'PRAGMA user_version = 99', /newer version/],
])('%s is left byte for byte, and the run goes without', (what, sql, words) => {
  const { path, told, open } = catalogPlace();
  if (what === 'a newer catalog') withRate(open);
  const other = openDatabase(path, { mode: 'create' });
  other.pragma('journal_mode = DELETE');
  other.exec(sql);
  other.close();
  const before = readFileSync(path);

  const catalog = open();
  catalog.saveRate(OWNER, 3, 3);
  expect(catalog.learnedRate(OWNER)?.rate).toBe(3);
  catalog.close();
  expect(readFileSync(path)).toEqual(before);
  expect(told).toEqual([expect.stringMatching(words)]);
});

test('a place that takes no catalog is no reason not to run', () => {
  const { path, told } = catalogPlace();
  writeFileSync(path, '');
  const below = join(path, 'catalog.db');
  const catalog = Catalog.open(below, (words) => told.push(words));
  expect(catalog.learnedRate(OWNER)).toBe(null);
  catalog.close();
  expect(told).toEqual([expect.stringContaining('This run continues without it')]);
  expect(existsSync(path)).toBe(true);
  expect(readdirSync(join(path, '..'))).toEqual(['catalog.db']);
});
