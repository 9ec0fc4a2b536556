import type { JsonValue } from '../core/json.ts';

const MAX_LENGTH = 200;

/**
 * The error text of an answer, on one line and with limited length. Null if the body is not a JSON object.
 * The service sends errors in two forms: `{"detail": "…"}` and `{"<field>": ["…"]}`.
 */
export function answerDetail(body: string): string | null {
  const parsed = parseJsonOrNull(body);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const { detail } = parsed;
  if (typeof detail === 'string') return printableDetail(detail);
  const fields = Object.entries(parsed).map(([name, value]) => `${name}: ${formatValue(value)}`);
  return printableDetail(fields.join('; '));
}

const MAX_DEPTH = 5; // the service's own errors have two levels

/** Parses a body as JSON; null if it is not JSON. */
export function parseJsonOrNull(body: string): JsonValue {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function formatValue(value: JsonValue, depth = 0): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.map((part) => formatValue(part, depth + 1)).join(', ');
  const parts = Object.entries(value).map(
    ([name, part]) => `${name}: ${formatValue(part, depth + 1)}`,
  );
  return `{${parts.join(', ')}}`;
}

/**
 * Puts a text of the service on one line, limits its length, and removes quoted keys. If a user swaps the two
 * keys, the service's error quotes the secret key.
 */
export function printableDetail(text: string): string {
  const line = text
    .replace(/public key \S+/gi, 'Public key')
    .replace(/^Project \S+ is marked/, 'Project is marked')
    .replaceAll(/\p{C}+/gu, ' ');
  if (line.length <= MAX_LENGTH) return line;
  // The beginning of a secret would not be recognized as one, so no word or value of a URL is cut.
  return `${line.slice(0, MAX_LENGTH).replace(/[^\s"'?&,;:]*$/, '')}…`;
}
