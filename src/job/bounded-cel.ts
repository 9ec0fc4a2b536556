import { createContext, Script } from 'node:vm';
import { composed } from '../core/same-text.ts';

/**
 * Maximum number of steps in one evaluation of an expression. So many steps take about 50 ms; a real
 * condition needs far fewer.
 */
const MAX_STEPS = 100_000;
/** If an expression joins texts, this number of characters counts as one step. */
const CHARACTERS_A_STEP = 16;
/** Maximum time in ms for matching one text against a regular expression. */
const MATCH_TIMEOUT_MS = 250;

/** The error that stops an evaluation which exceeded one of the limits. */
class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork';
}

/** The part of the CEL library's environment that this module uses. */
interface CelEnvironment {
  registerFunction(signature: string, handler: (this: Evaluator) => boolean): unknown;
  evaluate(text: string): unknown;
}

/** The part of a node of the library's syntax tree that this module reads. */
interface Node {
  readonly op: string;
  readonly args: unknown;
  evaluate(evaluator: Evaluator, node: Node, context: unknown): unknown;
}

/** The library's evaluator. It calls `run` for every node of an expression. */
interface Evaluator {
  run(node: Node, context: unknown): unknown;
}

/** Calls `evaluate`, which evaluates one expression. Throws `TooMuchWork` after `MAX_STEPS` steps. */
export type Bounded = <Value>(evaluate: () => Value) => Value;

/**
 * Limits the work of each evaluation in a CEL environment, because the library itself has no limit. Three
 * kinds of expressions would practically never end: nested loops, texts and lists that double again and
 * again, and some regular expressions.
 */
export function boundWork(environment: CelEnvironment): Bounded {
  let steps = 0;
  const spend = (count: number): void => {
    steps += count;
    if (steps > MAX_STEPS) throw tooMuch(`takes more than ${MAX_STEPS} steps`);
  };
  const evaluator = findEvaluator(environment);
  evaluator.run = (node, context) => {
    spend(1);
    if (isMatch(node)) {
      const [, text, [pattern]] = node.args;
      return matches(evaluator.run(text, context), evaluator.run(pattern, context));
    }
    const value = node.evaluate(evaluator, node, context);
    if (node.op === '+') spend(countSteps(value));
    // Unicode can write the same letter in different forms, and texts in different forms are not equal. The
    // texts of a file are in form NFC. So this line also brings all other texts into NFC, for example an
    // escape such as `\u0308` or two joined texts.
    return typeof value === 'string' ? composed(value) : value;
  };
  return (evaluate) => {
    steps = 0;
    const value = evaluate();
    // Throws if the evaluation exceeded the limit. It may have returned a value in spite of that, because
    // `||` ignores an error on one side.
    spend(0);
    return value;
  };
}

/**
 * Finds the library's evaluator. The library exposes it in only one way: as `this` in a registered function.
 */
function findEvaluator(environment: CelEnvironment): Evaluator {
  let found: Evaluator | null = null;
  environment.registerFunction('ucbulkEvaluator(): bool', function (this: Evaluator) {
    found = this;
    return true;
  });
  environment.evaluate('ucbulkEvaluator()');
  if (found === null)
    throw new Error('The CEL library no longer passes its evaluator to functions');
  return found;
}

interface MatchNode extends Node {
  readonly args: readonly [string, Node, readonly [Node]];
}

/** True for a node that calls `text.matches(pattern)`. */
function isMatch(node: Node): node is MatchNode {
  return node.op === 'rcall' && Array.isArray(node.args) && node.args[0] === 'matches';
}

function countSteps(value: unknown): number {
  if (typeof value === 'string') return Math.ceil(value.length / CHARACTERS_A_STEP);
  return Array.isArray(value) ? value.length : 0;
}

const matching: { pattern: RegExp; text: string } = { pattern: /(?:)/, text: '' };
const MATCHING = createContext(matching);
const MATCH = new Script('pattern.test(text)');

/**
 * Tests a text with a regular expression. Uses a `vm` script, because Node can stop a slow regular expression
 * only in such a script.
 */
function matches(text: unknown, pattern: unknown): boolean {
  if (typeof text !== 'string' || typeof pattern !== 'string') {
    throw new Error('matches() needs a text and a pattern');
  }
  matching.text = text;
  matching.pattern = regularExpression(pattern);
  try {
    return MATCH.runInContext(MATCHING, { timeout: MATCH_TIMEOUT_MS }) === true;
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw tooMuch(`takes more than ${MATCH_TIMEOUT_MS} ms to match a text`);
  }
}

function regularExpression(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (error) {
    throw new Error(`Not a regular expression: ${pattern.slice(0, 80)}`, { cause: error });
  }
}

function isTimeout(error: unknown): boolean {
  // The error may come from another V8 context, in which `instanceof` would not work.
  return Object(error).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

function tooMuch(what: string): TooMuchWork {
  return new TooMuchWork(`This ${what}. Make the expression simpler. Evaluation`);
}
