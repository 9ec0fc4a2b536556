import { Environment } from '@marcbachmann/cel-js';
import { errorMessage } from '../core/error-message.ts';
import type { JsonValue } from '../core/json.ts';
import { composed } from '../core/same-text.ts';
import { type Bounded, boundWork } from './bounded-cel.ts';
import { mistakeIn } from './expression-mistakes.ts';
import { FILE_FIELDS, unknownField } from './expression-names.ts';
import { type ConditionScope, celScope, UnknownField } from './expression-scope.ts';

/**
 * A compiled CEL expression. Throws if it reads a missing value. Throws `UnknownField` if it reads a field of
 * the file that ucbulk does not know.
 */
export type Expression = (scope: ConditionScope) => JsonValue;

/**
 * A compiled `if` of a step. Throws in the same cases as `Expression`, and if the value is neither true nor
 * false.
 */
export type Condition = (scope: ConditionScope) => boolean;

/** Creates a CEL environment with the variables that all expressions know, except for `file`. */
function createEnvironment(): Environment {
  return new Environment({ unlistedVariablesAreDyn: false, homogeneousAggregateLiterals: false })
    .registerVariable('vars', 'map')
    .registerVariable('item', 'map')
    .registerVariable('steps', 'map');
}

/** Creates the environment that evaluates expressions. */
export function evaluatingEnvironment(): Environment {
  return createEnvironment().registerVariable('file', 'map');
}

/**
 * Creates an environment that knows the types of a file's fields. It only checks expressions: it finds type
 * errors before an expression is evaluated.
 */
export function checkingEnvironment(): Environment {
  return (
    createEnvironment()
      .registerVariable({ name: 'file', schema: { ...FILE_FIELDS } })
      // By default, CEL can't compare a double with an int. But numbers in JSON are doubles, and whole numbers
      // in a job file are ints.
      .registerOperator('double == int', (one: number, other: bigint) => one === Number(other))
  );
}

const ENVIRONMENT = evaluatingEnvironment();
/** Evaluates an expression with a limit on its work. */
const bounded = boundWork(ENVIRONMENT);
const TYPED = checkingEnvironment();

/** Describes what is wrong with a CEL expression, on one line. Returns null if it is valid. */
export function expressionFault(text: string): string | null {
  const unknown = unknownField(text);
  if (unknown !== null) return unknown;
  const checked = TYPED.check(text);
  return checked.valid ? null : invalid(text, 'an expression', checked.error);
}

/** Describes why the CEL library refuses an expression of a step, as the end of a sentence. */
function invalid(text: string, what: string, error: unknown): string {
  return mistakeIn(text, firstLine(error)) ?? plainFault(what, error);
}

function plainFault(what: string, error: unknown): string {
  return `is not ${what}: ${firstLine(error)}`;
}

/** Compiles a CEL expression that was already checked. */
export function compileExpression(text: string): Expression {
  const evaluate = ENVIRONMENT.parse(composed(text));
  return (scope) =>
    plainValue(
      evaluateBounded(() => evaluate(celScope(scope)), text, bounded),
      text,
    );
}

/**
 * Converts a CEL value to JSON. A whole number in CEL is a bigint. Throws if JSON can't represent the value.
 */
function plainValue(value: unknown, text: string): JsonValue {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map((part) => plainValue(part, text));
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) {
    return value as JsonValue;
  }
  throw new Error(`\`${text}\` is neither a text, a number nor a list of them`);
}

/**
 * Describes what is wrong with a CEL condition, on one line. Returns null if it is valid. `environment` has the
 * variables that the condition may read.
 */
export function conditionFault(text: string, environment = TYPED): string | null {
  const unknown = unknownField(text);
  if (unknown !== null) return unknown;
  const checked = environment.check(text);
  if (!checked.valid) {
    const isOfStep = environment === TYPED;
    return isOfStep
      ? invalid(text, 'a condition', checked.error)
      : plainFault('a condition', checked.error);
  }
  if (checked.type === 'bool' || checked.type === 'dyn') return null;
  return `is ${checked.type}, expected true or false`;
}

/** Compiles a CEL condition that was already checked. */
export function compileCondition(text: string): Condition {
  const evaluate = ENVIRONMENT.parse(composed(text));
  return (scope) => {
    const holds = evaluateBounded(() => evaluate(celScope(scope)), text, bounded);
    if (typeof holds === 'boolean') return holds;
    throw new Error(`\`if: ${text}\` is ${typeof holds}, expected true or false`);
  };
}

/**
 * Calls `evaluate`. If it throws, this function throws an error that names the fault and the expression. The
 * message has one line, because tables of items contain it.
 */
export function evaluateBounded(evaluate: () => unknown, text: string, limit: Bounded): unknown {
  try {
    return limit(evaluate);
  } catch (error) {
    if (error instanceof UnknownField) throw error;
    const where = text.replaceAll(/\s+/g, ' ').trim();
    throw new Error(`${firstLine(error)} of \`${where}\``, { cause: error });
  }
}

/** Finds the names after `vars.` or `steps.` in an expression. Ignores text in quotes. */
export function findNames(text: string, root: 'vars' | 'steps'): string[] {
  const bare = text.replaceAll(/"[^"]*"|'[^']*'/g, '""');
  const names = bare.matchAll(new RegExp(`\\b${root}\\.([A-Za-z_][A-Za-z0-9_]*)`, 'g'));
  return [...new Set([...names].map(([, name = '']) => name))];
}

/**
 * True if the expression reads a field of the file. The run must then store the facts about each file, to
 * evaluate the expression later.
 */
export function readsFile(text: string): boolean {
  return /\bfile\s*[.[]/.test(
    text.replaceAll(/"[^"]*"|'[^']*'/g, '""').replaceAll(/\.\s*file\b/g, ''),
  );
}

/**
 * Returns the first line of the CEL library's message and the position of the fault. Leaves out the lines
 * below, in which the library prints the expression.
 */
function firstLine(error: unknown): string {
  const message = errorMessage(error);
  const [fault = '', ...rest] = message.split('\n');
  const marked = rest.findIndex((line) => line.includes('^'));
  const column = (rest[marked]?.indexOf('^') ?? -1) - '>    1 | '.length;
  const at = column >= 0 ? ` at character ${column + 1}` : '';
  return `${fault.trim()}${at}`;
}
