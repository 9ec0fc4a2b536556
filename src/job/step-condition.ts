import { Environment } from '@marcbachmann/cel-js';
import type { JsonObject } from '../core/json.ts';

/** What an `if` may look at. */
export interface ConditionScope {
  /** The job's variables. */
  readonly vars: Readonly<Record<string, string>>;
  /** The item's key and what its source knew of it. */
  readonly item: JsonObject;
  /** What the listing told of the file; empty where nothing is known. */
  readonly file: JsonObject;
  /** The results of the earlier steps, by id. */
  readonly steps: Readonly<Record<string, JsonObject>>;
}

/** A compiled `if`; throws where it asks for what is not there, or is neither true nor false. */
export type Condition = (scope: ConditionScope) => boolean;

const ENVIRONMENT = new Environment({ unlistedVariablesAreDyn: false })
  .registerVariable('vars', 'map')
  .registerVariable('item', 'map')
  .registerVariable('file', 'map')
  .registerVariable('steps', 'map');

/** What is wrong with a CEL expression, on one line; null where it is a condition. */
export function conditionFault(text: string): string | null {
  const checked = ENVIRONMENT.check(text);
  if (!checked.valid) return firstLine(checked.error);
  if (checked.type === 'bool' || checked.type === 'dyn') return null;
  return `is ${checked.type}, expected true or false`;
}

/** Compiles an expression that has no fault. */
export function compileCondition(text: string): Condition {
  const evaluate = ENVIRONMENT.parse(text);
  return (scope) => {
    const holds: unknown = evaluate({ ...scope });
    if (typeof holds === 'boolean') return holds;
    throw new Error(`\`if: ${text}\` is ${typeof holds}, expected true or false`);
  };
}

/** Names below `vars` or `steps` that the expression asks for; text in quotes does not count. */
export function namesIn(text: string, root: 'vars' | 'steps'): string[] {
  const bare = text.replaceAll(/"[^"]*"|'[^']*'/g, '""');
  const names = bare.matchAll(new RegExp(`\\b${root}\\.([A-Za-z_][A-Za-z0-9_]*)`, 'g'));
  return [...new Set([...names].map(([, name = '']) => name))];
}

/** True where the expression looks at the file itself, so that its facts must be kept. */
export function asksForFile(text: string): boolean {
  return /\bfile\s*[.[]/.test(
    text.replaceAll(/"[^"]*"|'[^']*'/g, '""').replaceAll(/\.\s*file\b/g, ''),
  );
}

/** The fault and where: the library prints the expression below it. */
function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [fault = '', ...rest] = message.split('\n');
  const marked = rest.findIndex((line) => line.includes('^'));
  const column = (rest[marked]?.indexOf('^') ?? -1) - '>    1 | '.length;
  const at = column >= 0 ? ` at character ${column + 1}` : '';
  return `is not a condition: ${fault.trim()}${at}`;
}
