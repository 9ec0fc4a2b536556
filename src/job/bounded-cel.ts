import { createContext, Script } from 'node:vm';
import { composed } from '../core/same-text.ts';

/** Most steps that one evaluation may take: far more than any real condition, and some 50 ms. */
const MAX_STEPS = 100_000;
/** Characters of a joined text that count as one step. */
const CHARACTERS_A_STEP = 16;
/** Most time that one regular expression may take on one text, ms. */
const MATCH_TIMEOUT_MS = 250;

/** An evaluation that was given up because it took too much work. */
class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork';
}

/** The part of the library's environment that is used here. */
interface CelEnvironment {
  registerFunction(signature: string, handler: (this: Evaluator) => boolean): unknown;
  evaluate(text: string): unknown;
}

/** The part of the library's syntax tree that is looked at. */
interface Node {
  readonly op: string;
  readonly args: unknown;
  evaluate(evaluator: Evaluator, node: Node, context: unknown): unknown;
}

/** The library's evaluator: every node of an expression passes through `run`. */
interface Evaluator {
  run(node: Node, context: unknown): unknown;
}

/** Evaluates `evaluate`, at most `MAX_STEPS` of it; throws `TooMuchWork`. */
export type Bounded = <Value>(evaluate: () => Value) => Value;

/**
 * Bounds the work of all evaluations in an environment. The library has no limit of its own: nested
 * comprehensions, texts and lists that double, and some regular expressions would never end.
 */
export function boundWork(environment: CelEnvironment): Bounded {
  let steps = 0;
  const spend = (count: number): void => {
    steps += count;
    if (steps > MAX_STEPS) throw tooMuch(`takes more than ${MAX_STEPS} steps`);
  };
  const evaluator = evaluatorOf(environment);
  evaluator.run = (node, context) => {
    spend(1);
    if (isMatch(node)) {
      const [, text, [pattern]] = node.args;
      return matches(evaluator.run(text, context), evaluator.run(pattern, context));
    }
    const value = node.evaluate(evaluator, node, context);
    if (node.op === '+') spend(sizeOf(value));
    // An escape such as `\u0308` and a joined text may be decomposed, unlike the texts of a file.
    return typeof value === 'string' ? composed(value) : value;
  };
  return (evaluate) => {
    steps = 0;
    const value = evaluate();
    spend(0); // `||` swallows an error of one side, so the value alone does not tell
    return value;
  };
}

/** A function's `this` is the only way to the evaluator that the library leaves open. */
function evaluatorOf(environment: CelEnvironment): Evaluator {
  let found: Evaluator | null = null;
  environment.registerFunction('ucbulkEvaluator(): bool', function (this: Evaluator) {
    found = this;
    return true;
  });
  environment.evaluate('ucbulkEvaluator()');
  if (found === null) throw new Error('The CEL library no longer passes its evaluator on');
  return found;
}

interface MatchNode extends Node {
  readonly args: readonly [string, Node, readonly [Node]];
}

/** `text.matches(pattern)`. */
function isMatch(node: Node): node is MatchNode {
  return node.op === 'rcall' && Array.isArray(node.args) && node.args[0] === 'matches';
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Math.ceil(value.length / CHARACTERS_A_STEP);
  return Array.isArray(value) ? value.length : 0;
}

const matching: { pattern: RegExp; text: string } = { pattern: /(?:)/, text: '' };
const MATCHING = createContext(matching);
const MATCH = new Script('pattern.test(text)');

/** Only a script of its own can be stopped while a regular expression is at work. */
function matches(text: unknown, pattern: unknown): boolean {
  if (typeof text !== 'string' || typeof pattern !== 'string') {
    throw new Error('matches() takes a text and a pattern');
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
