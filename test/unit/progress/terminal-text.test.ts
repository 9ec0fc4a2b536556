import { expect, test } from 'vitest';
import { plainJson, plainLines, plainText } from '../../../src/progress/terminal-text.ts';

test('a name cannot move the cursor, colour the terminal or ring its bell', () => {
  expect(plainText('a\u001b[2J\u001b]0;title\u0007b\u009b31mc\u007f')).toBe('a[2J]0;titleb31mc');
});

test('a name cannot turn its neighbours round or hide in them', () => {
  expect(plainText('photo\u202egnp.exe\u200b\u2066x\ufeff')).toBe('photognp.exex');
});

test('a name stays on its line', () => {
  expect(plainText('a\r\nerror: b\u2028c')).toBe('a error: bc');
  expect(plainLines('a\u001b\nb\r')).toBe('a\nb ');
});

test('names in any script pass', () => {
  expect(plainText('фото 写真 تصویر ü ñ 🙂')).toBe('фото 写真 تصویر ü ñ 🙂');
});

test('JSON loses nothing and carries no control character', () => {
  const name = 'a\u009b31m\u202eb\u007f\u{e0041}\ud800';
  const line = plainJson({ name });
  expect(line).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(line)).toEqual({ name });
});
