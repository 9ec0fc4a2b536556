/**
 * An amount of money in billionths of the currency's unit. Amounts are whole numbers, so that sums are exact.
 * Amounts in files, texts and JSON are decimal texts such as `12.34`.
 */
export type Money = bigint;

/** A number of decimals, as in `Money`. */
const DECIMALS = 9;
const UNIT = 10n ** BigInt(DECIMALS);

/** An amount such as `0.08` or `1200`. */
const AMOUNT = /^(\d{1,9})(?:\.(\d{1,9}))?$/;

/** An amount with its currency, for files and people. */
export interface Cost {
  /** A decimal number as text, such as `12.34`. */
  readonly amount: string;
  /** Three capital letters, such as `EUR`. */
  readonly currency: string;
}

/** Parses an amount such as `0.08`. Returns null if the text is not an amount, or has more than 9 decimals. */
export function parseMoney(text: string): Money | null {
  const [, whole, decimals = ''] = AMOUNT.exec(text) ?? [];
  if (whole === undefined) return null;
  return BigInt(whole) * UNIT + BigInt(decimals.padEnd(DECIMALS, '0'));
}

/** Parses an amount that ucbulk itself wrote. */
export function toMoney(text: string): Money {
  const money = parseMoney(text);
  if (money === null) throw new Error(`Not an amount of money: ${text.slice(0, 40)}`);
  return money;
}

/** Formats an amount exactly, with at least two decimals: `12.00`, `0.000002`. */
export function moneyText(money: Money): string {
  const size = money < 0n ? -money : money;
  const decimals = (size % UNIT).toString().padStart(DECIMALS, '0').replace(/0+$/, '');
  return `${money < 0n ? '-' : ''}${size / UNIT}.${decimals.padEnd(2, '0')}`;
}

/** Formats an amount with its currency for people: `12,345.60 EUR`. */
export function formatCost({ amount, currency }: Cost): string {
  const [whole = '', decimals = ''] = amount.split('.');
  return `${BigInt(whole).toLocaleString('en-US')}.${decimals} ${currency}`;
}

/**
 * Writes a number without an exponent: `1e-7` becomes `0.0000001`. JavaScript prints the shortest decimal that
 * is the number, so the result is the decimal that a person wrote in a file.
 */
export function decimalText(value: number): string {
  const [, digits = '', fraction = '', exponent = '0'] =
    /^(\d+)(?:\.(\d+))?e-(\d+)$/.exec(String(value)) ?? [];
  if (digits === '') return String(value);
  return `0.${'0'.repeat(Number(exponent) - digits.length)}${digits}${fraction}`;
}
