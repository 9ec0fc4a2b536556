import { expect, test } from 'vitest';
import { withoutGuesses } from '../../../src/ledger/guessed-facts.ts';
import { unknownFacts } from '../../../src/ledger/migrations/0002-unknown-facts.ts';
import { openInMemory } from '../../../src/ledger/open-database.ts';

const OLD = {
  columns: { tags: '' },
  file: {
    uuid: 'a',
    filename: '',
    mimeType: '',
    isImage: null,
    storedAt: null,
    metadata: {},
    tags: [],
  },
};
const FULL = {
  file: { uuid: 'a', filename: 'b', mimeType: 'c/d', metadata: { a: 'b' }, tags: ['keep'] },
};
const KNOWN = { columns: { tags: '' }, file: { uuid: 'a', isImage: null, storedAt: null } };

test('an empty field that schema 1 kept counts as unknown', () => {
  expect(withoutGuesses(OLD)).toEqual(KNOWN);
  expect(withoutGuesses(FULL)).toEqual(FULL);
  expect(withoutGuesses({ columns: { a: '' } })).toEqual({ columns: { a: '' } });
  expect(withoutGuesses(null)).toBeNull();
});

test('the migration does to a ledger what reading an old one does', () => {
  const database = openInMemory();
  database.exec(
    'CREATE TABLE pages (checked_at); CREATE TABLE item_details (item INTEGER PRIMARY KEY, details TEXT)',
  );
  const details = [OLD, FULL, { columns: { a: '' } }, { path: '/a', size: 0 }];
  const insert = database.prepare('INSERT INTO item_details (details) VALUES (?)');
  for (const one of details) insert.run(JSON.stringify(one));
  database.exec('INSERT INTO pages VALUES (5)');

  database.exec(unknownFacts);

  const rows = database.prepare('SELECT details FROM item_details ORDER BY item').all() as {
    details: string;
  }[];
  expect(rows.map((row) => JSON.parse(row.details))).toEqual(details.map(withoutGuesses));
  expect(database.prepare('SELECT checked_at FROM pages').all()).toEqual([{ checked_at: 0 }]);
  database.close();
});
