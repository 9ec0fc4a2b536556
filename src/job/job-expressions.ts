// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of a job file.
import { closestWord } from './closest-word.ts';

/** The values that `${{ … }}` in a job file can read: environment variables and the variables of the job. */
export interface ExpressionScope {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The value of a variable is null if a problem with it was already reported. */
  readonly vars: ReadonlyMap<string, Expanded | null>;
  /** Called with the name of each environment variable that an expression reads. */
  readonly onVariable?: (name: string) => void;
}

/** A text in which every expression was replaced by its value. */
export interface Expanded {
  readonly text: string;
  /** True if the text contains a value from the environment. Messages then hide the text. */
  readonly fromEnv: boolean;
}

/** The error for an expression that has no value, for example because its variable is not set. */
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
// Maximum length of a text after its expressions were replaced. Valid values in a job are never longer.
// Without this limit, many long values could use up the memory.
const MAX_LENGTH = 4096;
const NAME = /^(env|vars)\.([A-Za-z_][A-Za-z0-9_]{0,127})$/;
// Expressions can't read these variables: a run stores its job, and must not store secrets.
const SECRET = /SECRET|PASSWORD|TOKEN|PRIVATE_KEY/i;

/**
 * Replaces `${{ env.NAME }}` and `${{ vars.NAME }}` by their values. Throws `ExpressionError` if there is no
 * value. Returns null if a problem with one of the variables was already reported. An expression inside a
 * value stays as it is. `${uuid}` also stays: Uploadcare replaces it, not ucbulk.
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

/** Finds the names of the environment variables that a text refers to. */
export function findVariables(text: string): string[] {
  const names = text.matchAll(/\$\{\{\s*env\.([A-Za-z_]\w{0,127})\s*\}\}/g);
  return [...names].map(([, name = '']) => name);
}

/** True if the text contains the start of an expression, `${{`. */
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
