import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { OPERATIONS } from '../../../src/operations/all-operations.ts';
import type { OperationDescriptor } from '../../../src/operations/descriptor.ts';
import { withTables } from '../../support/operation-tables.ts';

const DOCS = new URL('../../../docs/operations.md', import.meta.url);

test('the tables of docs/operations.md follow from the operations: `npm run docs`', () => {
  const written = readFileSync(DOCS, 'utf8');
  expect(withTables(written)).toBe(written);
});

test('a table that has no region in the page is an error', () => {
  const withoutRegion = readFileSync(DOCS, 'utf8').replace('npm run docs: metadata -->', '-->');
  expect(() => withTables(withoutRegion)).toThrow('Regions are missing: metadata');
});

test('names of operations and budgets are unique', () => {
  const kinds = OPERATIONS.map(({ kind }) => kind);
  const budgets = OPERATIONS.flatMap(({ paid }) => (paid === null ? [] : [paid.name]));
  const places = OPERATIONS.flatMap(({ paid }) => (paid === null ? [] : [paid.place]));
  expect(new Set(kinds).size).toBe(kinds.length);
  expect(new Set(budgets).size).toBe(budgets.length);
  expect(new Set(places).size).toBe(places.length);
});

test.each(OPERATIONS.map((one): OperationDescriptor => one))(
  '$kind: what deletes its item each time can never be undone',
  ({ deletes, isIrreversible }) => {
    expect(isIrreversible?.({}) ?? false).toBe(deletes === 'always');
  },
);
