import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunId } from '../../../src/core/run.ts';
import { Catalog } from '../../../src/ledger/catalog.ts';
import { openDatabase } from '../../../src/ledger/open-database.ts';
import { tempDirectory } from '../../support/temp-ledger.ts';

const OWNER = { restOrigin: 'https://api.test', publicKey: 'pub' };

const RUN = 'run-1' as RunId;

function keepOpen(catalog: Catalog) {
  return { controls: catalog.controls, close: () => catalog.close() };
}

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

test('a catalog of schema 1, as it was frozen, keeps its data and gains the table of controls', () => {
  const { path, told, open } = catalogPlace();
  const old = openDatabase(path, { mode: 'create' });
  old.exec(readFileSync(new URL('../../fixtures/schema-1/catalog.sql', import.meta.url), 'utf8'));
  const rates = old.prepare('SELECT * FROM rates').all();
  expect(Catalog.readControl(path, RUN)).toBe(null);
  const catalog = open();
  expect(old.prepare('SELECT * FROM rates').all()).toEqual(rates);
  old.close();
  expect(catalog.controls.find(RUN)).toBe(null);
  expect(catalog.controls.ask(RUN, { rate: 5 }, 7)).toBe(1);
  expect(Catalog.readControl(path, RUN)).toMatchObject({ rate: 5, askedAt: 7, applied: 0 });
  catalog.close();
  expect(told).toEqual([]);
});

test('a change of a control changes only its own fields', () => {
  const { open } = catalogPlace();
  const { controls, close } = keepOpen(open());
  controls.ask(RUN, { rate: 5 }, 1);
  controls.ask(RUN, { state: 'paused', concurrency: 3 }, 2);
  expect(controls.find(RUN)).toMatchObject({
    state: 'paused',
    rate: 5,
    concurrency: 3,
    revision: 2,
  });
  expect(controls.ask(RUN, { rate: null }, 3)).toBe(3);
  expect(controls.find(RUN)).toMatchObject({ state: 'paused', rate: null, concurrency: 3 });
  expect(controls.find('run-2' as RunId)).toBe(null);
  close();
});

test('a resume forgets a pause from before, and no later one', () => {
  const { open } = catalogPlace();
  const { controls, close } = keepOpen(open());
  controls.ask(RUN, { state: 'paused', rate: 5 }, 10);
  expect(controls.begin(RUN, 10)).toBe(false);
  expect(controls.find(RUN)?.state).toBe('paused');
  expect(controls.begin(RUN, 11)).toBe(true);
  expect(controls.find(RUN)).toMatchObject({ state: null, rate: 5 });
  // A pause that was obeyed is of an earlier process, also if the clock was set back since.
  const revision = controls.ask(RUN, { state: 'paused' }, 100);
  controls.apply(RUN, revision, 101, { maxRate: null, maxConcurrency: 8 });
  expect(controls.begin(RUN, 50)).toBe(true);
  close();
});

test('a stop that was obeyed does not stop the next process', () => {
  const { open } = catalogPlace();
  const { controls, close } = keepOpen(open());
  const revision = controls.ask(RUN, { state: 'stopped' }, 10);
  controls.apply(RUN, revision, 11, { maxRate: null, maxConcurrency: 8 });
  expect(controls.find(RUN)).toMatchObject({ state: null, applied: revision });
  close();
});

test('an older revision is never recorded over a newer one', () => {
  const { open } = catalogPlace();
  const { controls, close } = keepOpen(open());
  const limits = { maxRate: 5, maxConcurrency: 8 };
  for (const rate of [5, 6]) controls.ask(RUN, { rate }, 1);
  controls.apply(RUN, 2, 20, { ...limits, maxRate: 6 });
  controls.apply(RUN, 1, 21, limits);
  expect(controls.find(RUN)).toMatchObject({ applied: 2, appliedAt: 20, maxRate: 6 });
  close();
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
