import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeJoin } from '../../src/core/merge-join.ts';
import { compareUtf8 } from '../../src/core/utf8-order.ts';

/** Keys that share beginnings, with characters of one to four bytes. */
const key = fc
  .array(fc.constantFrom('a', 'b', '/', 'é', '\uffee', '😀', '\u{10fffd}'), { maxLength: 4 })
  .map((parts) => parts.join(''));

const inOrder = (one: string, other: string) =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

async function* sequence(keys: readonly string[]) {
  for (const [no, one] of [...keys].sort(inOrder).entries()) yield { key: one, no };
}

async function join(lefts: readonly string[], rights: readonly string[]) {
  const found = { both: [] as string[], left: [] as string[], right: [] as string[] };
  for await (const { left, right } of mergeJoin(sequence(lefts), sequence(rights))) {
    const side = left === null ? 'right' : right === null ? 'left' : 'both';
    if (left !== null && right !== null) expect(left.key).toBe(right.key);
    found[side].push(left?.key ?? right?.key ?? '');
  }
  return found;
}

test('texts are compared by their UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.oneof(key, fc.string({ unit: 'grapheme' })), key, (one, other) => {
      expect(Math.sign(compareUtf8(one, other))).toBe(inOrder(one, other));
    }),
  );
});

test('a join finds every missing and every additional key, and invents none', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(key), fc.uniqueArray(key), async (lefts, rights) => {
      const sorted = [...lefts].sort(inOrder);
      expect(await join(lefts, rights)).toEqual({
        both: sorted.filter((one) => rights.includes(one)),
        left: sorted.filter((one) => !rights.includes(one)),
        right: [...rights].sort(inOrder).filter((one) => !lefts.includes(one)),
      });
    }),
  );
});

test.each([
  ['on the left', ['b', 'a'], ['a', 'b']],
  ['on the right', ['a', 'b'], ['b', 'a']],
  ['twice on the right', ['a'], ['a', 'a']],
])('keys out of order %s are refused', async (_name, lefts, rights) => {
  const entries = (keys: readonly string[]) => keys.map((one) => ({ key: one }));
  const read = async () => {
    for await (const _ of mergeJoin(entries(lefts), entries(rights)));
  };
  await expect(read()).rejects.toThrow('is out of order');
});

test('a join that is left early closes both sequences', async () => {
  const closed: string[] = [];
  async function* endless(name: string) {
    try {
      for (let no = 0; ; no += 1) yield { key: String(no).padStart(9, '0') };
    } finally {
      closed.push(name);
    }
  }
  for await (const _ of mergeJoin(endless('left'), endless('right'))) break;
  expect(closed).toEqual(['left', 'right']);
});
