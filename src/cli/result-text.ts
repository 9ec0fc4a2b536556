import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import { plainText } from '../progress/terminal-text.ts';

const MAX_VALUE = 120;

/** The result of an item on one line: `file=<uuid>`, `Labels=Dog,Pet`. `--json` has all of it. */
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

/** Finds the name of a label, moderation label or tag. */
function findName(value: JsonValue): string | null {
  if (typeof value === 'string') return value;
  const name = isJsonObject(value) && 'Name' in value ? value['Name'] : null;
  return typeof name === 'string' ? name : null;
}

function shorten(text: string): string {
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE)}…`;
}

/** The reason for the state of an item: code and message, without repeating the code; may be empty. */
export function whyText(reason: string | null, message: string | null): string {
  if (reason !== null && message?.startsWith(`${reason} `)) return message;
  return [reason, message].filter((part) => part !== null).join(': ');
}
