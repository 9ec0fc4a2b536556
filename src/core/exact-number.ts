const DECIMAL = /^[-+]?(\d*)(?:\.(\d*))?(?:e([-+]?\d+))?$/i;

/**
 * True if no digit was lost when the text of a number became a JavaScript number. Leading and trailing zeros, the
 * sign and the way of writing do not matter: `1.50`, `+1.5` and `15e-1` are all 1.5.
 */
export function isExactNumber(text: string, value: number): boolean {
  const written = significantDigits(text);
  // A hexadecimal or octal number, an infinity or NaN.
  if (written === null) return !Number.isFinite(value) || Number.isSafeInteger(value);
  return written === significantDigits(String(value));
}

/** The digits of a decimal number, and the power of ten of the first one; null if the text is no decimal number. */
function significantDigits(text: string): string | null {
  const [match, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  if (match === undefined) return null;
  const digits = `${whole}${fraction}`;
  const first = digits.search(/[1-9]/);
  if (first === -1) return '0';
  return `${withoutEndZeros(digits.slice(first))}e${Number(exponent) + whole.length - first}`;
}

/** A regular expression for this would take a time that grows with the square of the number of zeros. */
function withoutEndZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}
