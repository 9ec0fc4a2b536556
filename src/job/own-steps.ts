import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { JobCode, LoadedCode, OperationCode, SourceCode } from '../operations/own-facts.ts';
import { isOwnName, type OwnName } from '../operations/own-name.ts';
import { type CheckedOptions, checkOwnOptions } from '../operations/own-options.ts';
import type { JobPath } from './job-path.ts';
import type { Job } from './job-schema.ts';

/** A place in a job that names own code. */
export interface OwnPlace {
  readonly uses: OwnName;
  readonly kind: 'operation' | 'source';
  /** The position of the block that contains `uses` and `with`. */
  readonly path: JobPath;
}

/** Own code that a command or program gives to the reader of a job. */
export interface GivenCode {
  readonly code: JobCode;
  /** Own code that could not be loaded, by its name, with the reason as the end of a sentence. */
  readonly faults: ReadonlyMap<string, string>;
}

/** A fault in a place that names own code. */
export interface OwnFault {
  readonly path: JobPath;
  readonly message: string;
}

const NO_CODE =
  'is own code, and this program loads none: give the result of `loadCode` to `loadJobFile`';

/** Finds the places in a job that name own code. The job need not be valid. */
export function findOwnPlaces(job: unknown): OwnPlace[] {
  if (!isJsonObject(job)) return [];
  const { steps, source } = job;
  const places = (Array.isArray(steps) ? steps : []).flatMap((step, index): OwnPlace[] => {
    const uses = isJsonObject(step) ? step['uses'] : null;
    return isOwnName(uses) ? [{ uses, kind: 'operation', path: ['steps', index] }] : [];
  });
  const block = isJsonObject(source) ? source['code'] : null;
  const uses = isJsonObject(block) ? block['uses'] : null;
  return isOwnName(uses) ? [...places, { uses, kind: 'source', path: ['source', 'code'] }] : places;
}

/**
 * Adds the facts about own code to the places of a job that name it, under the key `code`. Also returns the faults of
 * the code and of its options.
 */
export function withCodeFacts(
  job: JsonObject,
  given: GivenCode | undefined,
): { readonly job: JsonObject; readonly faults: readonly OwnFault[] } {
  const places = findOwnPlaces(job);
  if (places.length === 0) return { job, faults: [] };
  const copy = structuredClone(job);
  const faults = places.flatMap((place) => addFacts(copy, place, given));
  return { job: copy, faults };
}

function addFacts(job: JsonObject, place: OwnPlace, given: GivenCode | undefined): OwnFault[] {
  const { uses, kind, path } = place;
  const block = blockAt(job, path);
  if (block === null) return [];
  if ('code' in block) {
    return [{ path: [...path, 'code'], message: 'is a key that only ucbulk writes; remove it' }];
  }
  const loaded = given?.code.get(uses);
  if (loaded === undefined || loaded.definition.kind !== kind) {
    // These facts cause no further fault in the job.
    block['code'] = kind === 'source' ? { ...NO_SOURCE } : { ...NO_OPERATION };
    const message = given?.faults.get(uses) ?? (given === undefined ? NO_CODE : 'was not loaded');
    return [{ path: [...path, 'uses'], message }];
  }
  const checked = checkGivenOptions(loaded, block);
  block['code'] = { ...codeFactsOf(loaded, checked.faults === undefined ? checked.value : null) };
  payOnce(block, loaded);
  const at = 'with' in block ? 'with' : 'uses';
  return (checked.faults ?? []).map((fault) => ({
    path: [...path, at, ...(at === 'with' ? fault.path : [])],
    message: fault.message,
  }));
}

/** Sets the default of `skipIfDone`: a run does not pay for a file again, as with built-in paid operations. */
function payOnce(block: JsonObject, { definition }: LoadedCode): void {
  const isPaid = definition.kind === 'operation' && definition.operation.paid === true;
  if (isPaid && block['skipIfDone'] === undefined) block['skipIfDone'] = true;
}

/** Checks the options in a block that names own code. `with.file` belongs to ucbulk, and not to the code. */
export function checkGivenOptions({ definition }: LoadedCode, block: JsonObject): CheckedOptions {
  const code = definition.kind === 'operation' ? definition.operation : definition.source;
  const { file: _stepFile, ...options } = isJsonObject(block['with']) ? block['with'] : {};
  return checkOwnOptions(code.options, options);
}

/** Returns a stored job with the facts about own code of a new version of its job file. */
export function withCodeOf(stored: Job, file: Job): Job {
  const copy = structuredClone(stored);
  for (const { path } of findOwnPlaces(file)) {
    const [from, to] = [blockAt(file, path), blockAt(copy, path)];
    const isSame = from !== null && to !== null && from['uses'] === to['uses'];
    if (isSame && from['code'] !== undefined) to['code'] = structuredClone(from['code']);
  }
  return copy;
}

/** The block at a path of a job; null if there is none. */
export function blockAt(job: unknown, path: JobPath): JsonObject | null {
  let block: unknown = job;
  for (const key of path) block = Object(block)[key];
  return isJsonObject(block) ? block : null;
}

/** The facts about loaded code. `options` are the checked options; null if they are wrong. */
export function codeFactsOf(
  { uses, file, sha256, definition }: LoadedCode,
  options: unknown,
): JsonObject {
  const code = definition.kind === 'operation' ? definition.operation : definition.source;
  const facts = { file, sha256, text: describe(code, options) ?? `calls ${uses}` };
  if (definition.kind === 'source') return { ...facts, gives: definition.source.gives };
  const { operation } = definition;
  return {
    ...facts,
    shape: operation.shape,
    takes: operation.takes ?? 'file',
    lostAnswer: operation.lostAnswer,
    irreversible: operation.irreversible ?? false,
    maxItems: operation.shape === 'batch' ? operation.maxItems : 1,
    ...(operation.makes !== undefined && { makes: operation.makes }),
    ...(operation.paid === true && { paid: true }),
  };
}

function describe(code: { describe?(options: unknown): string }, options: unknown): string | null {
  if (options === null) return null;
  try {
    const text: unknown = code.describe?.(options);
    return typeof text === 'string' && text !== '' ? text.slice(0, 200) : null;
  } catch {
    return null;
  }
}

const NO_CODE_FACTS = { file: '', sha256: '', text: '' };
const NO_SOURCE = { ...NO_CODE_FACTS, gives: 'file' } satisfies SourceCode;
const NO_OPERATION = {
  ...NO_CODE_FACTS,
  shape: 'each',
  takes: 'file',
  lostAnswer: 'in-doubt',
  irreversible: false,
  maxItems: 1,
} satisfies OperationCode;
