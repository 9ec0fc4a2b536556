// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of a job file.
import { closestWord } from './closest-word.ts';

/** The values that expressions can read: the environment and the job's variables. */
export interface ExpressionScope {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** null if a problem of the variable was already reported. */
  readonly vars: ReadonlyMap<string, Expanded | null>;
  /** Called with the name of each environment variable that is read. */
  readonly onVariable?: (name: string) => void;
}

/** A text whose expressions were replaced by their values. */
export interface Expanded {
  readonly text: string;
  /** True if it has a value from the environment; messages then hide it. */
  readonly fromEnv: boolean;
}

/** The error of an expression without a value. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly suggestion: string | undefined;

  constructor(message: string, suggestion?: string) {
    super(message);
    this.suggestion = suggestion;
  }
}

const OPEN = '${{';
const CLOSE = '}}';
const MAX_LENGTH = 4096; // no value in a job is longer; many long values would use up the memory
const NAME = /^(env|vars)\.([A-Za-z_][A-Za-z0-9_]{0,127})$/;
const SECRET = /SECRET|PASSWORD|TOKEN|PRIVATE_KEY/i; // a run stores its job, which must not contain a secret

/**
 * Replaces `${{ env.NAME }}` and `${{ vars.NAME }}` by their values; throws `ExpressionError`. It does
 * not expand the values again, and keeps Uploadcare's own `${uuid}`. null if it names a variable whose
 * problem was already reported.
 */
export function expandExpressions(text: string, scope: ExpressionScope): Expanded | null {
  let expanded = '';
  let fromEnv = false;
  let from = 0;
  for (let open = text.indexOf(OPEN); open !== -1; open = text.indexOf(OPEN, from)) {
    const close = text.indexOf(CLOSE, open);
    if (close === -1) throw new ExpressionError('unfinished expression: ${{ without }}; add }}');
    const value = expressionValue(text.slice(open + OPEN.length, close).trim(), scope);
    if (value === null) return null;
    expanded += text.slice(from, open) + value.text;
    fromEnv ||= value.fromEnv;
    from = close + CLOSE.length;
    if (expanded.length > MAX_LENGTH)
      throw new ExpressionError('the text is longer than 4096 characters with its values');
  }
  return { text: expanded + text.slice(from), fromEnv };
}

/** Finds the environment variables in the expressions of a text. */
export function findVariables(text: string): string[] {
  const names = text.matchAll(/\$\{\{\s*env\.([A-Za-z_]\w{0,127})\s*\}\}/g);
  return [...names].map(([, name = '']) => name);
}

/** True if the text has an expression, complete or not. */
export function hasExpression(text: string): boolean {
  return text.includes(OPEN);
}

function expressionValue(expression: string, scope: ExpressionScope): Expanded | null {
  const [, space, name = ''] = NAME.exec(expression) ?? [];
  if (space === 'env') return envValue(name, scope);
  if (space === 'vars') return varValue(name, scope.vars);
  const shown = JSON.stringify(expression.slice(0, 60));
  if (expression.startsWith('steps.')) {
    throw new ExpressionError(`expression ${shown} is not supported by this version`);
  }
  throw new ExpressionError(
    `unknown expression ${shown}; expected \${{ env.NAME }} or \${{ vars.NAME }}`,
  );
}

function envValue(name: string, { env, onVariable }: ExpressionScope): Expanded {
  if (SECRET.test(name)) {
    throw new ExpressionError(
      `env.${name} has the name of a secret; a job can't contain secrets, because a run stores its job`,
    );
  }
  const text = Object.hasOwn(env, name) ? env[name] : undefined;
  if (text === undefined) throw new ExpressionError(`environment variable ${name} is not set`);
  onVariable?.(name);
  return { text, fromEnv: true };
}

function varValue(name: string, vars: ExpressionScope['vars']): Expanded | null {
  const value = vars.get(name);
  if (value !== undefined) return value;
  throw new ExpressionError(`unknown variable "${name}"`, closestWord(name, [...vars.keys()]));
}
