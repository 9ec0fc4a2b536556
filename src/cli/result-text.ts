import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import { displayWidth, fitWidth } from '../progress/display-width.ts';
import { plainText } from '../progress/terminal-text.ts';

const MAX_VALUE = 120;

/**
 * Formats the result of an item as one line, such as `file=<uuid>` or `Labels=Dog,Pet`. `--json` prints all
 * fields.
 */
export function resultText(result: JsonObject): string {
  return Object.entries(result)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${plainText(key)}=${shorten(plainText(valueText(value)))}`)
    .join(' ');
}

function valueText(value: JsonValue): string {
  if (typeof value === 'string') return /\s/.test(value) ? JSON.stringify(value) : value;
  const names = Array.isArray(value) ? value.map(findName) : [];
  const isNamed = names.length > 0 && names.every((name) => name !== null);
  return isNamed ? names.join(',') : JSON.stringify(value);
}

/** Finds the name in a label, a moderation label or a tag. */
function findName(value: JsonValue): string | null {
  if (typeof value === 'string') return value;
  const name = isJsonObject(value) && 'Name' in value ? value['Name'] : null;
  return typeof name === 'string' ? name : null;
}

function shorten(text: string): string {
  return displayWidth(text) <= MAX_VALUE ? text : `${fitWidth(text, MAX_VALUE)}…`;
}

/**
 * Formats the reason for the state of an item as its code and message. Returns an empty text if there is
 * none. If the message starts with the code, prints the code once.
 */
export function whyText(reason: string | null, message: string | null): string {
  if (reason !== null && message?.startsWith(`${reason} `)) return message;
  return [reason, message].filter((part) => part !== null).join(': ');
}
