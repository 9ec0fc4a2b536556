// Tests src/sources/own-source.ts in whole runs.

import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import type { OwnPage, OwnSource } from '../../src/operations/own-definition.ts';
import { loadedSource } from '../support/own-code.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const JOB = { source: { code: { uses: './source.mjs' } }, steps: [{ uses: 'store' }] };

/** A bench whose own source lists its files, ten on each page. */
function bench(readPage?: OwnSource['readPage']): { one: RunBench; keys: string[] } {
  const one = runBench({ files: 35, storedShare: 0 });
  const project = one.emulator.projects[0]!;
  const keys = Array.from({ length: 35 }, (_, index) => project.seededFile(index).uuid);
  const own: OwnSource<never> = {
    gives: 'file',
    timeLimitMs: 5000,
    readPage:
      readPage ??
      (async (cursor): Promise<OwnPage> => {
        const from = Number(cursor ?? 0);
        const next = from + 10 < keys.length ? String(from + 10) : null;
        return { items: keys.slice(from, from + 10).map((key) => ({ key })), next };
      }),
  };
  one.code = loadedSource(own);
  return { one, keys };
}

test('the items of an own source are those of the run, each once', async () => {
  const { one } = bench();
  const end = await alive(one.start(JOB));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 35, total: 35 } });
  expect(one.effects('store')).toEqual({ changed: 35, twice: 0 });
});

test('after a kill, the listing continues with the stored cursor', async () => {
  const { one } = bench();
  expect(await one.start(JOB, { death: { point: 'page-committed', hit: 2 } })).toBeNull();
  const end = await alive(one.resume());
  expect(end.counts).toMatchObject({ done: 35, total: 35 });
  expect(one.effects('store')).toEqual({ changed: 35, twice: 0 });
});

test.each([
  ['throws', () => Promise.reject(new Error('oops')), './source.mjs threw Error: oops'],
  ['hangs', () => new Promise<never>(() => undefined), 'within its time limit of 5000 ms'],
  ['returns nothing', async () => undefined, '`readPage` returned no { items, next }'],
  [
    'returns a page with a getter that throws',
    async () => ({
      get items() {
        throw new Error('closed');
      },
      next: null,
    }),
    "`readPage` returned a value that can't be read: closed",
  ],
  ['never ends', async (cursor: string | null) => page(cursor ?? 'a', 'a'), 'would never end'],
  ['names no key', async () => ({ items: [{}], next: null }), 'no `key` for items[0]'],
  ['names no file', async () => page('cat.jpg', null), '"cat.jpg" as the key of a file'],
  ['has an empty page', async () => ({ items: [], next: 'b' }), 'that is not the last one'],
])('a source that %s stops the run before its first step', async (_, readPage, fault) => {
  const { one } = bench(readPage as never);
  const end = await alive(one.start(JOB));
  expect(end.stop).toMatchObject({ kind: 'fatal', failure: { effect: expect.any(String) } });
  expect(exitCodeForEnd(end, null)).toBe(2);
  expect(messageOf(end.stop)).toContain(fault);
  expect(one.mutations).toEqual([]);
});

function page(key: string, next: string | null): OwnPage {
  return { items: [{ key: key === 'a' ? '5223010b-aaaa-4bbb-8ccc-000000000001' : key }], next };
}

function messageOf(stop: unknown): string {
  return (stop as { failure: Error }).failure.message;
}
