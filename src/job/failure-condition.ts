import { composed } from '../core/same-text.ts';
import { boundWork } from './bounded-cel.ts';
import { type ConditionScope, celScope } from './expression-scope.ts';
import {
  checkingEnvironment,
  conditionFault,
  evaluateBounded,
  evaluatingEnvironment,
} from './step-condition.ts';

/** The values that a condition on a failed item can read: those of a step's `if`, and its failure. */
export interface FailureScope extends ConditionScope {
  /** The failure code. */
  readonly code: string;
  readonly message: string;
  /** Id of the step at which the item failed. */
  readonly step: string;
  /** How many attempts of this step failed and were retried. */
  readonly attempts: number;
}

/** The values of a failure, with their CEL types. */
const FAILURE_TYPES = { code: 'string', message: 'string', step: 'string', attempts: 'double' };

/** Describes what is wrong with a condition on failed items, on one line. Returns null if it is valid. */
export function failureConditionFault(text: string): string | null {
  const environment = checkingEnvironment();
  for (const [name, type] of Object.entries(FAILURE_TYPES))
    environment.registerVariable(name, type);
  return conditionFault(text, environment);
}

/**
 * Compiles a condition that was already checked. Throws if the condition reads a missing value, and
 * `UnknownField` if it reads a field of the file that ucbulk does not know.
 */
export function compileFailureCondition(text: string): (scope: FailureScope) => boolean {
  const environment = evaluatingEnvironment();
  for (const [name, type] of Object.entries(FAILURE_TYPES))
    environment.registerVariable(name, type);
  const bounded = boundWork(environment);
  const evaluate = environment.parse(composed(text));
  return ({ code, message, step, attempts, ...scope }) => {
    const failure = { code: composed(code), message: composed(message), step, attempts };
    const values = { ...celScope(scope), ...failure };
    const holds = evaluateBounded(() => evaluate(values), text, bounded);
    if (typeof holds === 'boolean') return holds;
    throw new Error(`\`${text}\` is ${typeof holds}, expected true or false`);
  };
}
