// Tests src/engine/walk/order-proof.ts.

import { expect, test } from 'vitest';
import { YES } from '../../../../src/core/verdict.ts';
import { RunStop } from '../../../../src/engine/run-stop.ts';
import { OrderProof } from '../../../../src/engine/walk/order-proof.ts';
import { removeRepeats } from '../../../../src/engine/walk/remove-repeats.ts';
import { uuidOf } from '../../../support/file-json.ts';
import { someFile } from '../../../support/some-file.ts';
import { givePage, tempLedger } from '../../../support/temp-ledger.ts';

/** A list that names 2,500 files, and then all of them again. */
function setup({ uniqueKeys = false } = {}) {
  const { ledger } = tempLedger();
  givePage(ledger, 2500);
  const seqs = givePage(ledger, 2500);
  ledger.transaction(() => {
    ledger.selection.remove(seqs);
    const items = seqs.map((_, place) => ({ key: uuidOf(place + 1), details: null }));
    ledger.items.insert(items, 2);
  });
  const ticks = { count: 0, onTick: () => {} };
  const deps = {
    ledger,
    selection: {
      source: {
        kind: 'test',
        uniqueKeys,
        readPage: async () => ({ candidates: [], next: null }),
      },
      filter: () => YES,
      asOf: 0,
    },
    clock: {
      async tick() {
        ticks.count += 1;
        ticks.onTick();
      },
    },
  };
  const seqsNow = () => ledger.selection.keysAfter(0, 9999).map(({ seq }) => seq);
  return { ledger, deps, ticks, seqsNow };
}

const firstOnes = Array.from({ length: 2500 }, (_, place) => place + 1);

test('repeated items are removed in slices, and signals get their turn between them', async () => {
  const { ledger, deps, ticks, seqsNow } = setup();
  await removeRepeats({ ...deps, runStop: new RunStop() }, false);
  expect(seqsNow()).toEqual(firstOnes);
  expect(ledger.items.counts()).toMatchObject({ pending: 2500, total: 2500 });
  expect(ledger.run.get().deduplicated).toBe(2500);
  expect(ticks.count).toBe(5);
});

test('a stop between two slices leaves the work to the resume, which counts all repeats', async () => {
  const { ledger, deps, ticks, seqsNow } = setup();
  const runStop = new RunStop();
  ticks.onTick = () => {
    if (ticks.count === 4) runStop.stop({ kind: 'user', by: null });
  };
  await removeRepeats({ ...deps, runStop }, false);
  expect(ticks.count).toBe(4);
  expect(seqsNow().length).toBeLessThan(5000);
  expect(ledger.run.get().deduplicated).toBe(null);

  ticks.onTick = () => {};
  await removeRepeats({ ...deps, runStop: new RunStop() }, false);
  expect(seqsNow()).toEqual(firstOnes);
  expect(ledger.run.get().deduplicated).toBe(2500);
});

test('a listing that is proven to repeat nothing costs no look at its items', async () => {
  const { ledger, deps, ticks } = setup({ uniqueKeys: true });
  await removeRepeats({ ...deps, runStop: new RunStop() }, true);
  expect(ticks.count).toBe(0);
  expect(ledger.run.get().deduplicated).toBe(0);
});

/** The proof after pages of files, each as its number and its upload time. */
function proofOf(...pages: (readonly [number: number, uploadedAt: number])[][]): boolean {
  const proof = new OrderProof();
  for (const page of pages) {
    const candidates = page.map(([number, uploadedAt]) => {
      const uuid = uuidOf(number);
      return { key: uuid, facts: someFile({ uuid, uploadedAt }) };
    });
    const items = candidates.map(({ key }) => ({ key, details: null }));
    proof.add(items, candidates);
  }
  return proof.holds;
}

test('a listing in one order of upload times repeats no file', () => {
  expect(
    proofOf(
      [
        [1, 5],
        [2, 6],
      ],
      [
        [3, 6],
        [4, 9],
      ],
    ),
  ).toBe(true);
  expect(
    proofOf(
      [
        [1, 9],
        [2, 6],
      ],
      [
        [3, 6],
        [4, 5],
      ],
    ),
  ).toBe(true);
  expect(proofOf([])).toBe(true);
});

test('a file that is listed again is never taken for another one', () => {
  expect(
    proofOf(
      [
        [1, 5],
        [2, 6],
      ],
      [[1, 5]],
    ),
  ).toBe(false);
  expect(
    proofOf(
      [
        [1, 6],
        [2, 6],
      ],
      [
        [3, 6],
        [1, 6],
      ],
    ),
  ).toBe(false);
  expect(
    proofOf(
      [
        [1, 9],
        [2, 6],
      ],
      [[1, 9]],
    ),
  ).toBe(false);
});

test('without upload times, or out of their order, there is no proof', () => {
  expect(proofOf([[1, Number.NaN]])).toBe(false);
  expect(
    proofOf([
      [1, 5],
      [2, 7],
      [3, 6],
      [4, 8],
    ]),
  ).toBe(false);
  const proof = new OrderProof();
  proof.add([{ key: 'a', details: null }], [{ key: 'a', facts: null }]);
  expect(proof.holds).toBe(false);
});
