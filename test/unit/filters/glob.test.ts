import fc from 'fast-check';
import picomatch from 'picomatch';
import { expect, test } from 'vitest';
import { compileGlob, isGlob, matchesNearlyAll } from '../../../src/filters/glob.ts';

test.each([
  ['*', '', true],
  ['*', 'a/b\nc', true],
  ['?', '', false],
  ['?', '🙂', true],
  ['a*c', 'abbc', true],
  ['a*c', 'abbcd', false],
  ['a*b*c', 'abc', true],
  ['a*bc', 'abc', true],
  ['ab*bc', 'abc', false],
  ['*.{jpg,p{n,e}g}', 'x.PEG', true],
  ['*.{jpg,p{n,e}g}', 'x.peng', false],
  ['img_[0-9].jpg', 'IMG_7.jpg', true],
  ['img_[!0-9].jpg', 'img_7.jpg', false],
  ['[a\\-c]', 'b', false],
  ['[a\\-c]', '-', true],
  ['[!]', '!', true],
  ['\\*', '*', true],
  ['\\*', 'x', false],
  ['a.c', 'abc', false],
  ['(a|b)+$^', '(a|b)+$^', true],
  ['[\\]]', ']', true],
  ['', '', true],
  ['', 'a', false],
])('%j on %j: %s', (glob, text, matches) => {
  expect(compileGlob(glob)(text)).toBe(matches);
});

test.each(['[abc', '{a,b', 'a}', 'a\\', '[z-a]', '{a,b}'.repeat(20)])('%j is no glob', (glob) => {
  expect(isGlob(glob)).toBe(false);
});

test('a name made to be slow is matched in no time', () => {
  const matches = compileGlob(`${'*a'.repeat(200)}*b`);
  const started = performance.now();
  expect(matches('a'.repeat(20_000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(1000);
});

test('agrees with picomatch where both know the syntax', () => {
  const globs = fc.string({
    unit: fc.constantFrom('a', 'b', '*', '?', '[ab]', '[^a]'),
    minLength: 1,
    maxLength: 6,
  });
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(globs, texts, (glob, text) => {
      const oracle = picomatch(glob, { nocase: true, dot: true, bash: true });
      expect(compileGlob(glob)(text)).toBe(oracle(text));
    }),
    { numRuns: 500 },
  );
});

test('any text escaped is a glob for itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = text.replace(/[*?[\]{},\\]/gu, '\\$&');
      expect(compileGlob(escaped)(text)).toBe(true);
    }),
  );
});

test('an accent counts the same in one character and in two, escaped or not', () => {
  for (const glob of [
    'caf\u00e9*',
    'cafe\u0301*',
    'caf\\e\u0301*',
    'caf[\u00e9]*',
    '{x,cafe\u0301}*',
  ]) {
    const matches = compileGlob(glob);
    expect([
      glob,
      matches('caf\u00e9.jpg'),
      matches('CAFE\u0301.jpg'),
      matches('cafe.jpg'),
    ]).toEqual([glob, true, true, false]);
  }
});

test.each([
  ['*', true],
  ['**', true],
  ['?*', true],
  ['*.*', true],
  ['*/*', true],
  ['{a,}*', true],
  ['*.jpg', false],
  ['a*', false],
  ['.*', false],
  ['?', false],
  ['\\*', false],
  ['[*]', false],
])('the glob %s matches nearly everything: %s', (glob, expected) => {
  expect(matchesNearlyAll(glob)).toBe(expected);
});
