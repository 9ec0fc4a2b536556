/**
 * Compares the output that a page shows with the output of the command. Every shown line must be in the output, in
 * the same order. Numbers, times, ids, bars and white space may differ. A line `…` stands for any lines, and a line
 * that ends with `…` for any line that begins so. Returns the fault; null if there is none.
 */
export function firstDifference(shown: readonly string[], output: string): string | null {
  const printed = output.split('\n').map(withoutValues);
  let from = 0;
  for (const line of shown) {
    const wanted = withoutValues(line);
    if (wanted === '' || wanted === '…') continue;
    const begins = wanted.endsWith('…') ? wanted.slice(0, -1) : null;
    const at = printed.findIndex(
      (found, index) =>
        index >= from && (begins === null ? found === wanted : found.startsWith(begins)),
    );
    if (at === -1) return `It did not print: ${line}`;
    from = at + 1;
  }
  return null;
}

const VALUES = [
  /\b\d{8}-\d{6}-[a-z0-9]+\b/g,
  /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g,
  /\b\d{4}-\d\d-\d\d(?:T| )\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?/g,
  /\b\d[\d,.]*(?: ?(?:[kKMGT]?i?B|bytes|ms|[smhd])\b)?(?: ?\d+ ?[smhd]\b)*/g,
  /[█░]+/g,
];

function withoutValues(line: string): string {
  const replaced = VALUES.reduce((text, pattern) => text.replaceAll(pattern, '#'), line);
  const singular = replaced.replaceAll(/# (\w+?)s\b/g, '# $1');
  return singular.replaceAll(/\s+/g, ' ').trim();
}
