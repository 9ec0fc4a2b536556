import type { OwnOperation, OwnSource } from './own-definition.ts';
import { schemaFault } from './own-options.ts';

/** Own code that was loaded and has the right form. */
export type OwnDefinition =
  | { readonly kind: 'operation'; readonly operation: OwnOperation<unknown> }
  | { readonly kind: 'source'; readonly source: OwnSource<unknown> };

const KINDS: readonly unknown[] = ['file', 'group', 'url', 'path'];
const MAX_TIME_LIMIT_MS = 600_000;

type Part = Readonly<Record<string, unknown>>;

/** A rule for a key of own code: the values that it allows, as the end of a sentence. */
interface Rule {
  readonly key: string;
  readonly expected: string;
  readonly allows: (value: unknown) => boolean;
}

const optional =
  (allows: Rule['allows']): Rule['allows'] =>
  (value) =>
    value === undefined || allows(value);
const oneOf =
  (...values: readonly unknown[]): Rule['allows'] =>
  (value) =>
    values.includes(value);
const isFunction = (value: unknown) => typeof value === 'function';
const isNumber = (min: number, max: number) => (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;

const SHARED_RULES: readonly Rule[] = [
  {
    key: 'timeLimitMs',
    expected: `milliseconds from 1 to ${MAX_TIME_LIMIT_MS}`,
    allows: optional(isNumber(1, MAX_TIME_LIMIT_MS)),
  },
  { key: 'describe', expected: 'a function', allows: optional(isFunction) },
];

const OPERATION_RULES: readonly Rule[] = [
  ...SHARED_RULES,
  {
    key: 'shape',
    expected: "'each', 'batch' or 'remote'",
    allows: oneOf('each', 'batch', 'remote'),
  },
  {
    key: 'lostAnswer',
    expected: "'repeat', 'probe' or 'in-doubt': what it means if the answer of a call is lost",
    allows: oneOf('repeat', 'probe', 'in-doubt'),
  },
  {
    key: 'takes',
    expected: "'file', 'group', 'url' or 'path'",
    allows: oneOf(undefined, ...KINDS),
  },
  { key: 'irreversible', expected: 'true or false', allows: oneOf(undefined, true, false) },
  { key: 'changesListing', expected: 'true or false', allows: oneOf(undefined, true, false) },
  { key: 'makes', expected: "'file'", allows: oneOf(undefined, 'file') },
  { key: 'paid', expected: 'true or false', allows: oneOf(undefined, true, false) },
  { key: 'probe', expected: 'a function', allows: optional(isFunction) },
];

const SHAPE_RULES: Readonly<Record<string, readonly Rule[]>> = {
  each: [{ key: 'run', expected: 'a function', allows: isFunction }],
  batch: [
    { key: 'run', expected: 'a function', allows: isFunction },
    { key: 'maxItems', expected: 'a whole number from 1 to 100', allows: isNumber(1, 100) },
  ],
  remote: [
    { key: 'start', expected: 'a function', allows: isFunction },
    { key: 'poll', expected: 'a function', allows: isFunction },
    { key: 'typicalMs', expected: 'milliseconds', allows: optional(isNumber(1, 86_400_000)) },
  ],
};

const SOURCE_RULES: readonly Rule[] = [
  ...SHARED_RULES,
  { key: 'gives', expected: "'file', 'group', 'url' or 'path'", allows: oneOf(...KINDS) },
  { key: 'readPage', expected: 'a function', allows: isFunction },
];

/** Checks the default export of own code. Returns what is wrong with it as the end of a sentence. */
export function checkOwnDefinition(
  given: unknown,
  wanted: OwnDefinition['kind'],
): OwnDefinition | { readonly fault: string } {
  if (given === undefined) {
    return {
      fault: `has no default export; write \`export default define${title(wanted)}({ … })\``,
    };
  }
  if (typeof given !== 'object' || given === null) {
    return {
      fault: `exports ${typeof given} by default, and not an object of define${title(wanted)}`,
    };
  }
  const part: Part = { ...given };
  const mark = part['ucbulk'];
  if (mark !== `${wanted}/1`) return { fault: markFault(mark, wanted) };
  const rules =
    wanted === 'source'
      ? SOURCE_RULES
      : [...OPERATION_RULES, ...(SHAPE_RULES[String(part['shape'])] ?? [])];
  const broken = rules.find(({ key, allows }) => !allows(part[key]));
  const fault =
    broken === undefined
      ? (schemaFault(part['options']) ?? (wanted === 'operation' ? probeFault(part) : null))
      : `has a wrong \`${broken.key}\` (${show(part[broken.key])}); expected ${broken.expected}`;
  if (fault !== null) return { fault };
  // The casts are safe, because the rules have checked the object.
  return wanted === 'source'
    ? { kind: 'source', source: given as OwnSource<unknown> }
    : { kind: 'operation', operation: given as OwnOperation<unknown> };
}

function markFault(mark: unknown, wanted: OwnDefinition['kind']): string {
  if (mark === undefined) {
    return `exports an object that is no ${wanted}: use define${title(wanted)}, or add \`ucbulk: '${wanted}/1'\``;
  }
  return `exports ${JSON.stringify(mark) ?? typeof mark}, and the job uses it as ${wanted}/1`;
}

function probeFault({ lostAnswer, paid, probe, shape }: Part): string | null {
  if (paid === true && lostAnswer === 'repeat') {
    return "has `paid: true` and `lostAnswer: 'repeat'`, which could pay twice; use 'probe' or 'in-doubt'";
  }
  if (shape === 'batch' && lostAnswer === 'probe') {
    return "has `lostAnswer: 'probe'` and the shape batch; only each and remote can be probed";
  }
  if (lostAnswer === 'probe' && probe === undefined) {
    return "has `lostAnswer: 'probe'`, but no function `probe`";
  }
  if (lostAnswer !== 'probe' && probe !== undefined) {
    return `has a function \`probe\` that is never called, because lostAnswer is ${show(lostAnswer)}`;
  }
  return null;
}

function title(kind: string): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : (JSON.stringify(value) ?? typeof value);
}
