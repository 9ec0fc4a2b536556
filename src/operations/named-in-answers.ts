import type { JsonObject, JsonValue } from '../core/json.ts';
import type { Answered, Named } from './operation.ts';
import { parseMadeToken } from './ready-output.ts';

/**
 * Lists the things that an answer names: the token of a remote job, and new files and groups. A stored token
 * has one of two forms. It is a JSON object that ucbulk made, or the service's own token, followed by a space
 * and a text that ucbulk added.
 */
export function namedInAnswer(answered: Answered): readonly Named[] {
  if ('result' in answered) return namedIn(answered.result);
  const { token } = answered;
  const kept = parseMadeToken(token);
  if (kept === null) return [{ kind: 'token', id: token.split(' ')[0] ?? token }];
  return namedIn(kept.made ?? (JSON.parse(token) as JsonObject));
}

function namedIn({ token, file, duplicates, group, thumbnails }: JsonObject): Named[] {
  return [
    ...textsIn(token).map((id): Named => ({ kind: 'token', id })),
    ...[file, duplicates].flatMap(textsIn).map((id): Named => ({ kind: 'file', id })),
    ...[group, thumbnails].flatMap(textsIn).map((id): Named => ({ kind: 'group', id })),
  ];
}

function textsIn(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.flatMap(textsIn) : [];
}
