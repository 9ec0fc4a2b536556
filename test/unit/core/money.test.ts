import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimalText, formatCost, moneyText, parseMoney } from '../../../src/core/money.ts';

test.each([
  ['0', 0n, '0.00'],
  ['0.08', 80_000_000n, '0.08'],
  ['12.5', 12_500_000_000n, '12.50'],
  ['0.000000001', 1n, '0.000000001'],
  ['999999999.999999999', 999_999_999_999_999_999n, '999999999.999999999'],
])('%s is an exact amount', (text, money, printed) => {
  expect(parseMoney(text)).toBe(money);
  expect(moneyText(money)).toBe(printed);
});

test.each(['-1', '', '.5', '1.', '1e3', '1,5', '0.0000000001', '1234567890', 'NaN', ' 1'])(
  '%j is not an amount',
  (text) => {
    expect(parseMoney(text)).toBeNull();
  },
);

test('a million prices sum up without an error of rounding', () => {
  const price = parseMoney('0.1') ?? 0n;
  let total = 0n;
  for (let item = 0; item < 1_000_000; item += 1) total += price;
  expect(moneyText(total)).toBe('100000.00');
});

test('each amount survives its text, and each number of a file is the decimal that was written', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }), (money) => {
      expect(parseMoney(moneyText(money))).toBe(money);
    }),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 999_999 }),
      fc.integer({ min: 0, max: 9 }),
      (digits, places) => {
        const written = `${digits}e-${places}`;
        expect(parseMoney(decimalText(Number(written)))).toBe(
          BigInt(digits) * 10n ** BigInt(9 - places),
        );
      },
    ),
  );
});

test('people see thousands separated, and the currency', () => {
  expect(formatCost({ amount: '1234567.80', currency: 'EUR' })).toBe('1,234,567.80 EUR');
});
