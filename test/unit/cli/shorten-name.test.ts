import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { shortenName } from '../../../src/cli/shorten-name.ts';

test.each([
  ['photo.jpg', 'photo.jpg'],
  [`${'a'.repeat(26)}.jpg`, `${'a'.repeat(26)}.jpg`],
  [`${'a'.repeat(40)}.jpg`, `${'a'.repeat(19)}…aaaaaa.jpg`],
])('a name is cut only if it is too long: %s', (name, expected) => {
  expect(shortenName(name, 30)).toBe(expected);
});

test.each([
  '写'.repeat(20),
  `写真${'集'.repeat(30)}.jpg`,
  '👩‍👩‍👧'.repeat(40),
  `é${'e\u0301'.repeat(50)}`,
])('a name with wide or composed characters fills at most the columns: %s', (name) => {
  const short = shortenName(name, 30);
  expect(stringWidth(short)).toBeLessThanOrEqual(30);
  expect(stringWidth(short)).toBeGreaterThan(26);
  expect(short).toContain('…');
  expect(short).not.toMatch(/^\u0301|…\u0301|\u200d…|…\u200d/);
});

test('wide characters that fit are not cut', () => {
  expect(shortenName('写'.repeat(15), 30)).toBe('写'.repeat(15));
});
