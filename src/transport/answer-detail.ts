import type { JsonValue } from '../core/json.ts';

const MAX_LENGTH = 200;

/**
 * What an error answer says, on one line and bounded; null where it is no JSON object. Both
 * shapes of the service: `{"detail": "…"}` and `{"<field>": ["…"]}`.
 */
export function answerDetail(body: string): string | null {
  const parsed = jsonIn(body);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const { detail } = parsed;
  if (typeof detail === 'string') return printableDetail(detail);
  const fields = Object.entries(parsed).map(([name, value]) => `${name}: ${textOf(value)}`);
  return printableDetail(fields.join('; '));
}

const MAX_DEPTH = 5; // the service's own errors nest twice

/** The JSON of a body; null where it is none. */
export function jsonIn(body: string): JsonValue {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function textOf(value: JsonValue, depth = 0): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.map((part) => textOf(part, depth + 1)).join(', ');
  const parts = Object.entries(value).map(([name, part]) => `${name}: ${textOf(part, depth + 1)}`);
  return `{${parts.join(', ')}}`;
}

/**
 * The service's words on one line and bounded. The key is left out: where the two keys were mixed
 * up, the service quotes the secret one.
 */
export function printableDetail(text: string): string {
  return text
    .replace(/public key \S+/gi, 'Public key')
    .replace(/^Project \S+ is marked/, 'Project is marked')
    .replaceAll(/\p{C}+/gu, ' ')
    .slice(0, MAX_LENGTH);
}
