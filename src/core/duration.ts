const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
type Unit = keyof typeof UNIT_MS;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/gy;

/** Parses a duration such as `24h`, `7d10h`, `90s` or `500ms` to ms. Throws if the text is not a duration. */
export function parseDuration(text: string): number {
  let total = 0;
  let end = 0;
  for (const match of text.matchAll(new RegExp(PART))) {
    total += Number(match[1]) * UNIT_MS[match[2] as Unit];
    end = match.index + match[0].length;
  }
  if (end === 0 || end !== text.length) {
    throw new Error(
      `Expected a duration such as \`24h\`, \`7d10h\` or \`90s\`, got \`${text.slice(0, 40)}\``,
    );
  }
  return total;
}

/** Formats ms for people: `850ms`, `42s`, `3m 20s`, `2h 5m`, `4d 3h`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return twoParts(seconds, 60, 'm', 's');
  if (seconds < 86_400) return twoParts(Math.round(seconds / 60), 60, 'h', 'm');
  return twoParts(Math.round(seconds / 3600), 24, 'd', 'h');
}

function twoParts(amount: number, per: number, large: string, small: string): string {
  const rest = amount % per;
  const head = `${Math.floor(amount / per)}${large}`;
  return rest === 0 ? head : `${head} ${rest}${small}`;
}
