import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError } from '../core/failure.ts';
import { isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { ProbeVerdict, Started } from './operation.ts';
import { brokenContract } from './own-failure.ts';

/** Maximum size of a result, in characters of JSON. */
const MAX_RESULT = 16_000;
const MAX_TOKEN = 1000;
const MAX_TEXT = 2000;

/** The function of own code that returned an answer, for messages. */
export interface Answerer {
  readonly uses: string;
  /** The function, such as `run`. */
  readonly name: string;
  /** The key of the item; absent for a batch. */
  readonly key?: string;
  /** Present if an item that is done needs a new file in its result. */
  readonly makes?: 'file' | undefined;
}

type Kind =
  | 'done'
  | 'skipped'
  | 'failed'
  | 'retry'
  | 'started'
  | 'running'
  | 'did-not-happen'
  | 'undecided';

/**
 * Reads a value that own code returned. Reading runs own code too, if the value has getters. If that throws, the value
 * breaks the contract.
 */
export function reading<Result>(answerer: Answerer, read: (answerer: Answerer) => Result): Result {
  try {
    return read(answerer);
  } catch (error) {
    throw error instanceof ClassifiedError ? error : unreadable(answerer, error);
  }
}

function unreadable(answerer: Answerer, error: unknown): ClassifiedError {
  return nonsense(answerer, `returned a value that can't be read: ${errorMessage(error)}`);
}

/** Checks that an answer of own code has one of these kinds. Throws a failure that stops the run if it has not. */
function readKind(value: unknown, kinds: readonly Kind[], answerer: Answerer) {
  const kind = isJsonObject(value) ? kinds.find((known) => known === value['kind']) : undefined;
  if (kind !== undefined && isJsonObject(value)) return { kind, value };
  const known = kinds.map((one) => `{ kind: '${one}' }`).join(', ');
  throw nonsense(answerer, `returned ${showAnswer(value)}; expected one of ${known}`);
}

/** Reads the outcome of an item from the answer of own code. */
function readOutcome(value: unknown, answerer: Answerer): Outcome {
  const read = readKind(value, ['done', 'skipped', 'failed'], answerer);
  return outcomeFrom(read, answerer);
}

/** Reads the answer of `run` or `start`. Throws a failure without effect if the item should be retried. */
export function readRunAnswer(
  value: unknown,
  answerer: Answerer,
  { mayStart }: { readonly mayStart: boolean },
): Outcome | Started {
  const read = readKind(
    value,
    ['done', 'skipped', 'failed', 'retry', ...(mayStart ? (['started'] as const) : [])],
    answerer,
  );
  if (read.kind === 'retry') throw retryLater(read.value, answerer);
  if (read.kind === 'started') return { kind: 'started', token: readToken(read.value, answerer) };
  return outcomeFrom(read, answerer);
}

/** Reads the answer of `poll`. */
export function readPollAnswer(
  value: unknown,
  answerer: Answerer,
): Outcome | { readonly kind: 'running' } {
  const read = readKind(value, ['running', 'done', 'skipped', 'failed'], answerer);
  return read.kind === 'running' ? { kind: 'running' } : outcomeFrom(read, answerer);
}

/** Reads the answer of `probe`. */
export function readVerdict(
  value: unknown,
  answerer: Answerer,
  { mayStart }: { readonly mayStart: boolean },
): ProbeVerdict {
  const read = readKind(
    value,
    [
      'done',
      'skipped',
      'failed',
      'did-not-happen',
      'undecided',
      ...(mayStart ? (['started'] as const) : []),
    ],
    answerer,
  );
  if (read.kind === 'did-not-happen') return { kind: 'did-not-happen' };
  if (read.kind === 'undecided') {
    return { kind: 'undecided', note: readText(read.value, 'message', answerer) };
  }
  if (read.kind === 'started') return { kind: 'started', token: readToken(read.value, answerer) };
  return { kind: 'happened', outcome: outcomeFrom(read, answerer) };
}

/** Reads the outcomes of a batch. Every item must have one, and no other key may have one. */
export function readOutcomes(
  value: unknown,
  keys: readonly string[],
  answerer: Answerer,
): Map<string, Outcome> {
  if (!isMap(value)) {
    throw nonsense(
      answerer,
      `returned ${showAnswer(value)}; expected a Map of outcomes by item key`,
    );
  }
  const unknown = [...value.keys()].find((key) => !keys.includes(String(key)));
  if (unknown !== undefined) {
    throw nonsense(
      answerer,
      `returned an outcome for ${showAnswer(unknown)}, which it did not get`,
    );
  }
  const missing = keys.find((key) => !value.has(key));
  if (missing !== undefined) {
    const counts = `${value.size} outcomes for ${keys.length} items`;
    throw nonsense(answerer, `returned ${counts}: none for ${showAnswer(missing)}`);
  }
  return new Map(keys.map((key) => [key, readOutcome(value.get(key), { ...answerer, key })]));
}

/** Reads facts that own code returned: a JSON object of limited size. */
export function readFacts(value: unknown, answerer: Answerer): JsonObject {
  const text = isJsonObject(value) ? jsonText(value) : null;
  if (text === null)
    throw nonsense(answerer, `returned ${showAnswer(value)}; expected a JSON object`);
  if (text.length > MAX_RESULT) {
    const size = `${text.length} characters of JSON; at most ${MAX_RESULT} are allowed`;
    throw nonsense(answerer, `returned an object of ${size}`);
  }
  const copy: unknown = JSON.parse(text);
  return isJsonObject(copy) ? copy : {};
}

function outcomeFrom(
  { kind, value }: { readonly kind: Kind; readonly value: JsonObject },
  answerer: Answerer,
): Outcome {
  if (kind === 'done') {
    const { result } = value;
    if (answerer.makes !== undefined) return { kind, result: readMade(result, answerer) };
    return result === undefined ? { kind } : { kind, result: readFacts(result, answerer) };
  }
  const message = readText(value, 'message', answerer);
  if (kind === 'skipped') return { kind, reason: 'own code', message };
  const { code = 'own_code' } = value;
  if (typeof code === 'string' && /^\w{1,40}$/.test(code)) {
    return { kind: 'failed', failure: { code, message } };
  }
  throw nonsense(
    answerer,
    `returned the code ${showAnswer(code)}; expected a name such as no_such_user`,
  );
}

/** Reads a result that names a new file. */
function readMade(result: unknown, answerer: Answerer): JsonObject {
  const facts = readFacts(result ?? {}, answerer);
  const { file } = facts;
  if (typeof file !== 'string' || !isFileUuid(file)) {
    throw nonsense(
      answerer,
      `returned the file ${showAnswer(file)}; with \`makes: 'file'\`, \`result.file\` must be the UUID of the new file`,
    );
  }
  if (file.toLowerCase() === answerer.key?.toLowerCase()) {
    throw nonsense(answerer, "returned the item's own file as the new file");
  }
  return { ...facts, file: parseFileUuid(file) };
}

function retryLater(value: JsonObject, answerer: Answerer): ClassifiedError {
  const { afterMs = 0 } = value;
  if (typeof afterMs !== 'number' || !(afterMs >= 0)) {
    throw nonsense(answerer, `returned afterMs: ${showAnswer(afterMs)}; expected milliseconds`);
  }
  return new ClassifiedError({
    kind: 'transient',
    effect: 'none',
    code: 'own_code_retry',
    message: readText(value, 'message', answerer),
    // A status shows that somebody answered. Without one, ucbulk would stop the run as if it were offline.
    status: 503,
    retryAfterMs: Math.min(afterMs, 86_400_000),
  });
}

function readToken({ token }: JsonObject, answerer: Answerer): string {
  if (typeof token === 'string' && token.length > 0 && token.length <= MAX_TOKEN) return token;
  throw nonsense(
    answerer,
    `returned the token ${showAnswer(token)}; expected a text of 1 to ${MAX_TOKEN} characters`,
  );
}

function readText(value: JsonObject, key: string, answerer: Answerer): string {
  const text = value[key];
  if (typeof text === 'string' && text !== '') return text.slice(0, MAX_TEXT);
  throw nonsense(answerer, `returned no \`${key}\` with { kind: '${String(value['kind'])}' }`);
}

function isMap(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return Object.prototype.toString.call(value) === '[object Map]';
}

function nonsense({ uses, name, key }: Answerer, fault: string): ClassifiedError {
  const item = key === undefined ? '' : ` for the item ${JSON.stringify(key.slice(0, 100))}`;
  return brokenContract(uses, `breaks its contract: \`${name}\` ${fault}${item}`);
}

function showAnswer(value: unknown): string {
  const text = jsonText(value) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function jsonText(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch {
    return null;
  }
}
