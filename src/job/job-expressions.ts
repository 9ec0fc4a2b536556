// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
import { closestWord } from './closest-word.ts';

/** What expressions may name: the environment and the job's variables. */
export interface ExpressionScope {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** null: what is wrong with it has been reported. */
  readonly vars: ReadonlyMap<string, Expanded | null>;
  /** Takes the name of each variable of the environment that is read. */
  readonly onVariable?: (name: string) => void;
}

/** A text with its expressions put in. */
export interface Expanded {
  readonly text: string;
  /** Then it is shown in no message. */
  readonly fromEnv: boolean;
}

/** Why an expression can't be put in. */
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
const MAX_LENGTH = 4096; // no value in a job is longer; many long ones would fill the memory
const NAME = /^(env|vars)\.([A-Za-z_][A-Za-z0-9_]{0,127})$/;
const SECRET = /SECRET|PASSWORD|TOKEN|PRIVATE_KEY/i; // a run keeps its job: no secret may get into it

/**
 * Puts values in for `${{ env.NAME }}` and `${{ vars.NAME }}`; throws `ExpressionError`. What is
 * put in is not looked at again, and Uploadcare's own `${uuid}` passes through. null: it names a
 * variable whose own problem has been reported.
 */
export function expandExpressions(text: string, scope: ExpressionScope): Expanded | null {
  let expanded = '';
  let fromEnv = false;
  let from = 0;
  for (let open = text.indexOf(OPEN); open !== -1; open = text.indexOf(OPEN, from)) {
    const close = text.indexOf(CLOSE, open);
    if (close === -1) throw new ExpressionError('unfinished expression: ${{ without }}');
    const value = expressionValue(text.slice(open + OPEN.length, close).trim(), scope);
    if (value === null) return null;
    expanded += text.slice(from, open) + value.text;
    fromEnv ||= value.fromEnv;
    from = close + CLOSE.length;
    if (expanded.length > MAX_LENGTH) throw new ExpressionError('too long with its values put in');
  }
  return { text: expanded + text.slice(from), fromEnv };
}

/** The variables of the environment that the expressions of a text name. */
export function variablesIn(text: string): string[] {
  const names = text.matchAll(/\$\{\{\s*env\.([A-Za-z_]\w{0,127})\s*\}\}/g);
  return [...names].map(([, name = '']) => name);
}

/** True where the text has an expression in it, finished or not. */
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
      `env.${name} is a secret by its name; a job takes none, and a run keeps its job`,
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
