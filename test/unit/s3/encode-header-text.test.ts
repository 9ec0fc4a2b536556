import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHeaderText } from '../../../src/s3/decode-header-text.ts';
import { contentDisposition, encodeHeaderText } from '../../../src/s3/encode-header-text.ts';

test('every text survives a header, in words of at most 75 characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      const encoded = encodeHeaderText(text);
      expect(decodeHeaderText(encoded)).toBe(text);
      expect(encoded).toMatch(/^[\x20-\x7e]*$/);
      const words = encoded.split(' ').filter((word) => word.startsWith('=?UTF-8?B?'));
      expect(words.filter((word) => word.length > 75)).toEqual([]);
    }),
  );
});

test.each(['plain text', '=?UTF-8?B?eA==?=', ' space ', 'line\nfeed', ''])(
  '%j survives',
  (text) => {
    expect(decodeHeaderText(encodeHeaderText(text))).toBe(text);
  },
);

test.each([
  ['a.txt', 'inline; filename="a.txt"'],
  ['a"b.txt', `inline; filename="a_b.txt"; filename*=UTF-8''a%22b.txt`],
  [
    "Zoë's (1).jpg",
    `inline; filename="Zo_'s (1).jpg"; filename*=UTF-8''Zo%C3%AB%27s%20%281%29.jpg`,
  ],
])('the name %j in a header', (name, header) => {
  expect(contentDisposition(name)).toBe(header);
});
