import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isExactNumber } from '../../../src/core/exact-number.ts';

test.each([
  '0',
  '-0',
  '1.50',
  '+1.5',
  '15e-1',
  '0.10',
  '100',
  '1e21',
  '1E+3',
  '.5',
  '5.',
  '0.00e9',
  '0x1F',
  '.inf',
])('%s keeps all digits as a number', (text) => {
  const value = text === '.inf' ? Number.POSITIVE_INFINITY : Number(text);
  expect(isExactNumber(text, value)).toBe(true);
});

test.each([
  '99999999.123456789',
  '0.1000000000000000000001',
  '12345678901234567890',
  '9007199254740993',
  '1e400',
  '1e-400',
  '0x20000000000001',
])('%s loses digits as a number', (text) => {
  expect(isExactNumber(text, Number(text))).toBe(false);
});

test('every number is exact in the text that JavaScript prints, and in each way to write it', () => {
  const numbers = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(numbers, fc.nat(3), (value, zeros) => {
      expect(isExactNumber(String(value), value)).toBe(true);
      expect(isExactNumber(value.toExponential(), value)).toBe(true);
      expect(isExactNumber(`${'0'.repeat(zeros)}${Math.abs(value)}`, Math.abs(value))).toBe(true);
    }),
  );
});
