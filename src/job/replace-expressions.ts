import { closestWord } from './closest-word.ts';
import {
  type Expanded,
  ExpressionError,
  type ExpressionScope,
  expandExpressions,
  findVariables,
  hasExpression,
} from './job-expressions.ts';
import { type JobPath, printPath } from './job-path.ts';
import {
  type JobEntry,
  type JobNode,
  type JobValue,
  nodeAt,
  offsetAt,
  type PlacedProblem,
} from './job-tree.ts';

/** A function that collects problems. It does not throw, so the user sees all problems at once. */
export type ReportProblem = (problem: PlacedProblem) => void;

/** The values that expressions can use. */
export interface GivenValues {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The variables that the user set with `--var`. */
  readonly vars: Readonly<Record<string, string>>;
  /** Called with the name of each environment variable that an expression reads. */
  readonly onVariable?: (name: string) => void;
}

const TOP_WITHOUT_EXPRESSIONS: readonly unknown[] = ['version', 'name', 'description'];
// The form of Uploadcare's API keys. Public and secret keys have the same form, so a text of this form may be
// a secret.
const API_KEY = /^[0-9a-f]{20}$/;

/**
 * Replaces every expression in a job by its value. If an expression has no value, reports it and leaves it
 * unchanged.
 */
export function replaceExpressions(
  root: JobNode,
  given: GivenValues,
  report: ReportProblem,
): JobNode {
  const scope: ExpressionScope = { ...given, vars: readVars(root, given, report) };
  const filled = new Map<JobNode, JobNode>();
  const fill = (node: JobNode, path: JobPath): JobNode => {
    const known = filled.get(node);
    if (known !== undefined) return known;
    const made = fillNode(node, path);
    filled.set(node, made);
    return made;
  };
  const fillNode = (node: JobNode, path: JobPath): JobNode => {
    if (path[0] === 'vars') return varNode(node, path, scope.vars);
    switch (node.kind) {
      case 'value':
        return fillValue(node, path, { scope, report });
      case 'list':
        return { ...node, items: node.items.map((item, index) => fill(item, [...path, index])) };
      case 'block':
        return {
          ...node,
          entries: node.entries.map((entry) => ({
            ...entry,
            node: fill(entry.node, [...path, entry.key]),
          })),
        };
    }
  };
  return fill(root, []);
}

function fillValue(
  node: JobValue,
  path: JobPath,
  { scope, report }: { readonly scope: ExpressionScope; readonly report: ReportProblem },
): JobValue {
  const filled = expandValue(node, path, { scope, report });
  if (typeof filled.value !== 'string' || !API_KEY.test(filled.value) || mayBeKey(path))
    return filled;
  report({
    offset: node.at,
    message: `${printPath(path)} looks like a key of a project; put it into a variable of the environment`,
  });
  return { ...node, origin: 'broken' };
}

function expandValue(
  node: JobValue,
  path: JobPath,
  { scope, report }: { readonly scope: ExpressionScope; readonly report: ReportProblem },
): JobValue {
  if (typeof node.value !== 'string' || !hasExpression(node.value)) return node;
  // In these places, the expression itself is a valid value. The run replaces it later.
  if (isStepFile(path) || isReadByRun(path)) return node;
  if (!mayHaveExpression(path)) {
    report({ offset: node.at, message: `${printPath(path)} can't have expressions` });
    return { ...node, origin: 'broken' };
  }
  const expanded = tryExpand(node, scope, report);
  if (expanded === null) return { ...node, origin: 'broken' };
  return { ...node, value: expanded.text, origin: expanded.fromEnv ? 'env' : node.origin };
}

/**
 * Replaces the expression in one of the job's variables by its value. If `node` is the whole block `vars`,
 * does this for each of its entries.
 */
function varNode(node: JobNode, path: JobPath, vars: ExpressionScope['vars']): JobNode {
  if (node.kind === 'block' && path.length === 1) {
    const entries = node.entries.map((entry) => {
      return { ...entry, node: varNode(entry.node, [...path, entry.key], vars) };
    });
    return { ...node, entries };
  }
  const value = node.kind === 'value' ? vars.get(String(path[1])) : undefined;
  return node.kind === 'value' && value != null ? { ...node, value: value.text } : node;
}

/**
 * Reads the variables of the job file. A value from `--var` replaces the value in the file. Values can
 * contain environment variables.
 */
function readVars(
  root: JobNode,
  given: GivenValues,
  report: ReportProblem,
): ExpressionScope['vars'] {
  const block = nodeAt(root, ['vars']);
  const entries = block?.kind === 'block' ? block.entries : [];
  const names = entries.map(({ key }) => key);
  for (const name of Object.keys(given.vars)) {
    if (names.includes(name)) continue;
    const known = names.length === 0 ? 'the file has no vars' : `the file has ${names.join(', ')}`;
    report({
      offset: offsetAt(root, ['vars'], 'key'),
      message: `unknown variable ${JSON.stringify(name.slice(0, 60))} in --var: ${known}`,
      suggestion: closestWord(name, names),
    });
  }
  return new Map(entries.map((entry) => [entry.key, readVar(entry, given, report)]));
}

function readVar(
  { key, keyAt, node }: JobEntry,
  given: GivenValues,
  report: ReportProblem,
): Expanded | null {
  const override = Object.hasOwn(given.vars, key) ? given.vars[key] : undefined;
  if (override !== undefined) {
    if (node.kind === 'value')
      for (const name of findVariables(String(node.value))) given.onVariable?.(name);
    return { text: override, fromEnv: false };
  }
  // The schema reports this as a fault.
  if (node.kind !== 'value') return null;
  if (node.value === null) {
    report({
      offset: keyAt,
      message: `${printPath(['vars', key])} has no value; set it with --var`,
    });
    return null;
  }
  // The scope has no variables, because a variable can't read another variable.
  const scope: ExpressionScope = { ...given, vars: new Map() };
  return tryExpand(node, scope, report);
}

/**
 * True for `projects.NAME.publicKey` and `projects.NAME.secretKey`. A run reads these keys from the
 * environment when it starts, and never stores a secret key.
 */
function isProjectKey([top, , key, ...rest]: JobPath): boolean {
  return top === 'projects' && (key === 'publicKey' || key === 'secretKey') && rest.length === 0;
}

/** True for the places whose variables a run reads itself, because it must not store their values. */
function isReadByRun(path: JobPath): boolean {
  return isProjectKey(path) || isNotifyVariable(path) || isUrlQuery(path);
}

/** True for `source.urls.query`. A run reads it when it starts or resumes, and never stores it. */
function isUrlQuery([top, kind, key, ...rest]: JobPath): boolean {
  return top === 'source' && kind === 'urls' && key === 'query' && rest.length === 0;
}

/** True for the addresses and secrets in `notify`. A run reads them when it sends a notification, and never stores them. */
function isNotifyVariable([top, , key, ...rest]: JobPath): boolean {
  const keys: readonly unknown[] = ['webhook', 'secret', 'slack', 'ping'];
  return top === 'notify' && keys.includes(key) && rest.length === 0;
}

function isStepFile([top, , block, key]: JobPath): boolean {
  return top === 'steps' && block === 'with' && key === 'file';
}

function tryExpand(node: JobValue, scope: ExpressionScope, report: ReportProblem): Expanded | null {
  try {
    return expandExpressions(String(node.value), scope);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    report({ offset: node.at, message: error.message, suggestion: error.suggestion });
    return null;
  }
}

function mayHaveExpression(path: JobPath): boolean {
  if (TOP_WITHOUT_EXPRESSIONS.includes(path[0])) return false;
  return path[0] !== 'steps' || path[2] === 'with';
}

function mayBeKey(path: JobPath): boolean {
  return path[0] === 'project' || isProjectKey(path) || path.includes('metadata');
}
