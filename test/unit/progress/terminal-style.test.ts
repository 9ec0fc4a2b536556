import { expect, test } from 'vitest';
import { createPaint, terminalStyle } from '../../../src/progress/terminal-style.ts';

test('a capable terminal gets live lines and colours', () => {
  expect(terminalStyle({ TERM: 'xterm-256color', LANG: 'de_DE.UTF-8' }, true)).toEqual({
    live: true,
    color: true,
    unicode: true,
  });
});

test('a pipe gets neither', () => {
  expect(terminalStyle({ TERM: 'xterm-256color' }, false)).toEqual({
    live: false,
    color: false,
    unicode: false,
  });
});

test.each([
  [{ TERM: 'dumb' }, { live: false, color: false }],
  [{ CI: 'true' }, { live: false, color: true }],
  [{ CI: 'false' }, { live: true, color: true }],
  [{ NO_COLOR: '1' }, { live: true, color: false }],
  [{ NO_COLOR: '' }, { live: true, color: true }],
])('%j is respected', (env, expected) => {
  expect(terminalStyle(env, true)).toMatchObject(expected);
});

test('without colours, paint leaves text alone', () => {
  expect(createPaint({ live: true, color: false, unicode: true })('red', 'x')).toBe('x');
  expect(createPaint({ live: true, color: true, unicode: true })('red', 'x')).toBe(
    '\u001b[31mx\u001b[0m',
  );
});
