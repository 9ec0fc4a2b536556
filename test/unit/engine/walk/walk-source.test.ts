// Tests src/engine/walk/decide-candidates.ts.

import { expect, test } from 'vitest';
import { YES } from '../../../../src/core/verdict.ts';
import { walkSource } from '../../../../src/engine/walk/walk-source.ts';
import type { Source, SourcePage } from '../../../../src/sources/source.ts';
import { engineBench } from '../../../support/engine-bench.ts';
import { uuidOf } from '../../../support/file-json.ts';
import { someFile } from '../../../support/some-file.ts';

const page = (numbers: readonly number[], next: string | null): SourcePage => ({
  candidates: numbers.map((number) => ({ key: uuidOf(number), facts: null })),
  next,
});

/** A page of files whose upload times are their numbers. */
const timedPage = (numbers: readonly number[], next: string | null): SourcePage => ({
  candidates: numbers.map((number) => {
    const uuid = uuidOf(number);
    return { key: uuid, facts: someFile({ uuid, uploadedAt: number }) };
  }),
  next,
});

/** A source whose pages are named by their cursors. */
function setup(
  pages: Readonly<Record<string, SourcePage>>,
  { limit = null, countsAll = false }: { limit?: number | null; countsAll?: boolean } = {},
) {
  const bench = engineBench({ items: 0 });
  const asked: (string | null)[] = [];
  const source: Source = {
    kind: 'test',
    uniqueKeys: true,
    async readPage(cursor) {
      asked.push(cursor);
      const answer = pages[cursor ?? 'first'];
      if (answer === undefined) throw new Error(`no page ${cursor}`);
      return answer;
    },
  };
  const walk = (signal = new AbortController().signal, onPage = () => {}) =>
    walkSource({
      ledger: bench.ledger,
      selection: { source, filter: () => YES, asOf: 99, limit },
      serverNow: () => 5,
      crash: () => undefined,
      listener: (event) => void bench.events.push(event),
      signal,
      countsAll,
      onPage,
    });
  const keys = () => bench.ledger.items.ofPage({ firstSeq: 1, selected: 99 }).map(({ key }) => key);
  return { ...bench, asked, walk, keys };
}

test('a walk that was stopped goes on where it was, and never asks for a page twice', async () => {
  const bench = setup({ first: page([1, 2], 'b'), b: page([3], 'c'), c: page([4], null) });
  const stop = new AbortController();
  await expect(bench.walk(stop.signal, () => stop.abort())).rejects.toThrow();
  expect(bench.ledger.run.get().walkFinished).toBe(false);

  await bench.walk();
  await bench.walk();
  expect(bench.asked).toEqual([null, 'b', 'c']);
  expect(bench.keys()).toEqual([1, 2, 3, 4].map(uuidOf));
});

test('a tie that is listed at the end of one page and the start of the next is one item, also after a resume', async () => {
  const bench = setup({ first: page([1, 2], 'b'), b: page([2, 3], 'c'), c: page([3, 4], null) });
  const stop = new AbortController();
  await bench.walk(stop.signal, () => stop.abort()).catch(() => undefined);
  await bench.walk();
  expect(bench.keys()).toEqual([1, 2, 3, 4].map(uuidOf));
});

test('a walk in the order of upload times proves that no file repeats', async () => {
  const bench = setup({ first: timedPage([1, 2], 'b'), b: timedPage([3], null) });
  expect(await bench.walk()).toBe(true);
  expect(await bench.walk()).toBe(false);
});

test('a walk that was resumed proves nothing about its earlier pages', async () => {
  const bench = setup({ first: timedPage([1, 2], 'b'), b: timedPage([3], null) });
  const stop = new AbortController();
  await bench.walk(stop.signal, () => stop.abort()).catch(() => undefined);
  expect(await bench.walk()).toBe(false);
});

test('an empty page with another one behind it is no end', async () => {
  const bench = setup({ first: page([1], 'b'), b: page([], 'c'), c: page([2], null) });
  await bench.walk();
  expect(bench.keys()).toEqual([1, 2].map(uuidOf));
});

test('a source that has nothing is walked to its end', async () => {
  const bench = setup({ first: page([], null) });
  await bench.walk();
  expect(bench.ledger.run.get().walkFinished).toBe(true);
});

test.each([
  ['to itself', { first: page([1], 'b'), b: page([2], 'b') }],
  ['to a page long before', { first: page([1], 'b'), b: page([2], 'c'), c: page([3], 'b') }],
  [
    'on and on, with nothing new',
    Object.fromEntries(
      Array.from('?bcdefghijkl', (letter, place) => [
        place === 0 ? 'first' : letter,
        page([1], 'bcdefghijklm'[place]!),
      ]),
    ),
  ],
])('a listing that leads %s is not taken for complete', async (_where, pages) => {
  const bench = setup(pages);
  await expect(bench.walk()).rejects.toMatchObject({ kind: 'fatal', code: 'looping_listing' });
  await expect(bench.walk()).rejects.toMatchObject({ code: 'looping_listing' });
  expect(bench.ledger.run.get().walkFinished).toBe(false);
});

test('a page that can not be read leaves all before it as it was', async () => {
  const bench = setup({ first: page([1], 'b') });
  await expect(bench.walk()).rejects.toThrow('no page b');
  expect(bench.ledger.pages.last()).toMatchObject({ no: 1, next: 'b' });
  expect(bench.keys()).toEqual([uuidOf(1)]);
});

test('a walk with a limit ends with the page that fills it', async () => {
  const pages = { first: page([1, 2], 'b'), b: page([3, 4], 'c'), c: page([5], null) };
  const bench = setup(pages, { limit: 3 });
  await bench.walk();
  expect(bench.keys()).toEqual([1, 2, 3].map(uuidOf));
  expect(bench.asked).toEqual([null, 'b']);
  expect(bench.ledger.run.get().walkFinished).toBe(true);
  expect(bench.ledger.pages.last()).toMatchObject({ listed: 2, selected: 1, next: 'c' });
});

test('a walk that counts the whole listing continues after its limit, without further items', async () => {
  const pages = { first: page([1, 2], 'b'), b: page([3, 4], 'c'), c: page([5], null) };
  const bench = setup(pages, { limit: 3, countsAll: true });
  await bench.walk();
  expect(bench.keys()).toEqual([1, 2, 3].map(uuidOf));
  expect(bench.ledger.pages.listed()).toBe(5);
});
