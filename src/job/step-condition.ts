import { Environment } from '@marcbachmann/cel-js';
import { errorMessage } from '../core/error-message.ts';
import type { JsonValue } from '../core/json.ts';
import { composed } from '../core/same-text.ts';
import { boundWork } from './bounded-cel.ts';
import { FILE_FIELDS, unknownField } from './expression-names.ts';
import { type ConditionScope, celScope, UnknownField } from './expression-scope.ts';

/** A compiled expression. Throws if it reads a missing value, and `UnknownField` for an unknown field. */
export type Expression = (scope: ConditionScope) => JsonValue;

/** A compiled `if`. Throws like `Expression`, and if the value is neither true nor false. */
export type Condition = (scope: ConditionScope) => boolean;

const ENVIRONMENT = new Environment({
  unlistedVariablesAreDyn: false,
  homogeneousAggregateLiterals: false,
})
  .registerVariable('vars', 'map')
  .registerVariable('item', 'map')
  .registerVariable('file', 'map')
  .registerVariable('steps', 'map');

/** Runs every evaluation. */
const bounded = boundWork(ENVIRONMENT);

/** The environment with typed fields of a file: it finds mistakes before the run, not at each item. */
const TYPED = new Environment({
  unlistedVariablesAreDyn: false,
  homogeneousAggregateLiterals: false,
})
  .registerVariable('vars', 'map')
  .registerVariable('item', 'map')
  .registerVariable({ name: 'file', schema: { ...FILE_FIELDS } })
  .registerVariable('steps', 'map')
  // JSON numbers are doubles; compare them with the whole numbers of a job file.
  .registerOperator('double == int', (one: number, other: bigint) => one === Number(other));

/** Describes the fault of a CEL expression on one line; null if there is none. */
export function expressionFault(text: string): string | null {
  const unknown = unknownField(text);
  if (unknown !== null) return unknown;
  const checked = TYPED.check(text);
  return checked.valid ? null : `is not an expression: ${firstLine(checked.error)}`;
}

/** Compiles an expression that has no fault. */
export function compileExpression(text: string): Expression {
  const evaluate = ENVIRONMENT.parse(composed(text));
  return (scope) =>
    plainValue(
      evaluateBounded(() => evaluate(celScope(scope)), text),
      text,
    );
}

/** Converts a CEL value to JSON. Whole numbers are bigints in CEL. Throws if JSON has no such value. */
function plainValue(value: unknown, text: string): JsonValue {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map((part) => plainValue(part, text));
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) {
    return value as JsonValue;
  }
  throw new Error(`\`${text}\` is neither a text, a number nor a list of them`);
}

/** Describes the fault of a CEL condition on one line; null if there is none. */
export function conditionFault(text: string): string | null {
  const unknown = unknownField(text);
  if (unknown !== null) return unknown;
  const checked = TYPED.check(text);
  if (!checked.valid) return `is not a condition: ${firstLine(checked.error)}`;
  if (checked.type === 'bool' || checked.type === 'dyn') return null;
  return `is ${checked.type}, expected true or false`;
}

/** Compiles a condition that has no fault. */
export function compileCondition(text: string): Condition {
  const evaluate = ENVIRONMENT.parse(composed(text));
  return (scope) => {
    const holds = evaluateBounded(() => evaluate(celScope(scope)), text);
    if (typeof holds === 'boolean') return holds;
    throw new Error(`\`if: ${text}\` is ${typeof holds}, expected true or false`);
  };
}

/** Evaluates. An error names the fault and the expression on one line, for tables of items. */
function evaluateBounded(evaluate: () => unknown, text: string): unknown {
  try {
    return bounded(evaluate);
  } catch (error) {
    if (error instanceof UnknownField) throw error;
    const where = text.replaceAll(/\s+/g, ' ').trim();
    throw new Error(`${firstLine(error)} of \`${where}\``, { cause: error });
  }
}

/** Finds the names below `vars` or `steps` in an expression; ignores text in quotes. */
export function findNames(text: string, root: 'vars' | 'steps'): string[] {
  const bare = text.replaceAll(/"[^"]*"|'[^']*'/g, '""');
  const names = bare.matchAll(new RegExp(`\\b${root}\\.([A-Za-z_][A-Za-z0-9_]*)`, 'g'));
  return [...new Set([...names].map(([, name = '']) => name))];
}

/** True if the expression reads the file itself, so that its facts must be kept. */
export function readsFile(text: string): boolean {
  return /\bfile\s*[.[]/.test(
    text.replaceAll(/"[^"]*"|'[^']*'/g, '""').replaceAll(/\.\s*file\b/g, ''),
  );
}

/** The fault and its position: the library prints the expression below it. */
function firstLine(error: unknown): string {
  const message = errorMessage(error);
  const [fault = '', ...rest] = message.split('\n');
  const marked = rest.findIndex((line) => line.includes('^'));
  const column = (rest[marked]?.indexOf('^') ?? -1) - '>    1 | '.length;
  const at = column >= 0 ? ` at character ${column + 1}` : '';
  return `${fault.trim()}${at}`;
}
