import { createContext, Script } from 'node:vm';
import { composed } from '../core/same-text.ts';

/** Maximum number of steps in an evaluation: about 50 ms, far more than a real condition needs. */
const MAX_STEPS = 100_000;
/** Number of characters of a joined text that count as one step. */
const CHARACTERS_A_STEP = 16;
/** Time limit for a regular expression on one text, ms. */
const MATCH_TIMEOUT_MS = 250;

/** The error of an evaluation that needed too much work. */
class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork';
}

/** The part of the library's environment that this module uses. */
interface CelEnvironment {
  registerFunction(signature: string, handler: (this: Evaluator) => boolean): unknown;
  evaluate(text: string): unknown;
}

/** The part of the library's syntax tree that this module reads. */
interface Node {
  readonly op: string;
  readonly args: unknown;
  evaluate(evaluator: Evaluator, node: Node, context: unknown): unknown;
}

/** The library's evaluator: every node of an expression passes through `run`. */
interface Evaluator {
  run(node: Node, context: unknown): unknown;
}

/** Calls `evaluate`. Throws `TooMuchWork` after `MAX_STEPS` steps. */
export type Bounded = <Value>(evaluate: () => Value) => Value;

/**
 * Limits the work of all evaluations in an environment. The library has no limit: nested
 * comprehensions, doubling texts and lists, and some regular expressions would never end.
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
    // An escape such as `\u0308` and a joined text may be decomposed, unlike the texts of a file.
    return typeof value === 'string' ? composed(value) : value;
  };
  return (evaluate) => {
    steps = 0;
    const value = evaluate();
    spend(0); // `||` ignores an error on one side, so the value alone does not show it
    return value;
  };
}

/** Finds the evaluator. The library exposes it only as the `this` of a function. */
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

/** `text.matches(pattern)`. */
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

/** Matches in a separate script: only a script can be stopped during a regular expression. */
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
  return Object(error).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'; // of any realm
}

function tooMuch(what: string): TooMuchWork {
  return new TooMuchWork(`This ${what}. Make the expression simpler. Evaluation`);
}
