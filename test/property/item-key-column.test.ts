import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyFromColumn, keyToColumn } from '../../src/ledger/item-row.ts';
import { tempLedger } from '../support/temp-ledger.ts';

const key = fc.oneof(
  fc.uuid(),
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.webUrl(),
  fc.uuid().map((uuid) => `${uuid}~2`),
);

test('every key comes back from its column as it was', () => {
  fc.assert(fc.property(key, (given) => keyFromColumn(keyToColumn(given)) === given));
});

test('a UUID takes 16 bytes', () => {
  fc.assert(fc.property(fc.uuid(), (uuid) => keyToColumn(uuid).length === 16));
});

test('every key comes back from a ledger as it was', () => {
  const { ledger } = tempLedger();
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 5 }), (keys) => {
      const firstSeq = ledger.items.lastSeq() + 1;
      ledger.transaction(() =>
        ledger.items.insert(
          keys.map((text) => ({ key: text, details: null })),
          1,
        ),
      );
      const kept = ledger.items.ofPage({ firstSeq, selected: keys.length });
      expect(kept.map((item) => item.key)).toEqual(keys);
    }),
  );
});
