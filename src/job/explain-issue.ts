import type * as z from 'zod';
import { closestWord } from './closest-word.ts';
import { meantAsUses, meantForm } from './explain-shape.ts';
import { isWithin, type JobPath, knownKeys, printPath, valueAt } from './job-path.ts';
import { explainLimit } from './meant-limit.ts';
import { isLaterKey, isLaterOperation } from './not-supported-yet.ts';
import { severalSources } from './source-schemas.ts';
import { OPERATION_NAMES } from './step-schemas.ts';

/** A problem with the content of a job file, without a line number. */
export interface ExplainedIssue {
  readonly path: JobPath;
  /**
   * The part of the file that the message is about: the key, its value, or the block in which a key is
   * missing.
   */
  readonly at: 'key' | 'value' | 'block';
  readonly message: string;
  readonly suggestion?: string | undefined;
}

type Issue = z.core.$ZodIssue;

// Maximum number of messages. Nobody reads more, and a malicious file may cause a hundred thousand.
const MAX_EXPLAINED = 100;

/** Formats the value at a position in the job. If the value must be hidden, returns a text that says why. */
export type Show = (path: JobPath, value: unknown) => string;

/** Explains the issues that the schema reports; at most `MAX_EXPLAINED`. */
export function explainIssues(
  issues: readonly Issue[],
  job: unknown,
  show: Show,
): ExplainedIssue[] {
  const several = severalSources(Object.keys(Object(valueAt(job, ['source']))));
  const first = issues
    .filter(({ path }) => several === null || path[0] !== 'source')
    .slice(0, MAX_EXPLAINED)
    .flatMap((issue) => issuesOfBlock(issue, job))
    .slice(0, MAX_EXPLAINED);
  const plain = first.filter(({ code }) => code !== 'custom').map(({ path }) => path);
  const explained = first
    .filter((issue) => issue.code !== 'custom' || !plain.some((path) => isWithin(path, issue.path)))
    .flatMap((issue) => explain(issue, job, show));
  if (several !== null)
    explained.push({ path: ['source'], at: 'value', message: `source ${several}` });
  return explained;
}

/**
 * The issues inside a block, if the schema allows a block or another kind of value there. Otherwise the message
 * would ask for the other kind. Returns every other issue as it is.
 */
function issuesOfBlock(issue: Issue, job: unknown): readonly Issue[] {
  if (issue.code !== 'invalid_union' || issue.discriminator !== undefined) return [issue];
  const value = valueAt(job, toJobPath(issue.path));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [issue];
  const inBlock = issue.errors.find((errors) => errors.every(isInsideOfBlock));
  if (inBlock === undefined) return [issue];
  return inBlock.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** False if the issue is that the whole value has the wrong type. */
function isInsideOfBlock({ path, code }: Issue): boolean {
  return path.length > 0 || code === 'unrecognized_keys';
}

function explain(issue: Issue, job: unknown, show: Show): ExplainedIssue[] {
  const path = toJobPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(path, job);
    const keys = issue.keys.slice(0, MAX_EXPLAINED);
    return keys.map((key) => explainUnknownKey(path, key, known));
  }
  if (issue.code === 'custom') {
    return [{ path, at: 'value', message: `${printPath(path)} ${issue.message}` }];
  }
  if (issue.code === 'invalid_key') {
    const [reason] = issue.issues;
    return [{ path, at: 'key', message: `${printPath(path)} ${reason?.message ?? ''}` }];
  }
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    return [explainOperation(path, valueAt(job, path), valueAt(job, path.slice(0, -1)))];
  }
  return [explainValue(path, issue, { job, show })];
}

function explainUnknownKey(block: JobPath, key: string, known: readonly string[]): ExplainedIssue {
  const inBlock = block.length === 0 ? '' : ` in ${printPath(block)}`;
  const path = [...block, key];
  const shown = JSON.stringify(key.slice(0, 60));
  if (isLaterKey(printPath(block), key)) {
    return { path, at: 'key', message: `key ${shown}${inBlock} is not supported by this version` };
  }
  const limit = explainLimit(printPath(block), key);
  if (limit !== null) {
    return { path, at: 'key', message: `unknown key ${shown}${inBlock}: ${limit}` };
  }
  const suggestion = closestWord(key, known);
  const expected = known.length === 0 ? 'no keys' : known.join(', ');
  const message = `unknown key ${shown}${inBlock}`;
  return suggestion === undefined
    ? { path, at: 'key', message: `${message}; expected ${expected}` }
    : { path, at: 'key', message, suggestion };
}

function explainOperation(path: JobPath, value: unknown, given: unknown): ExplainedIssue {
  const known = OPERATION_NAMES.join(', ');
  const expected = `expected ${known}`;
  const step = path.slice(0, -1);
  if (value === undefined) {
    const meant = meantAsUses(given);
    if (meant !== undefined) {
      const shown = JSON.stringify(meant.slice(0, 60));
      const message = `unknown key ${shown} in ${printPath(step)}`;
      return { path: [...step, meant], at: 'key', message, suggestion: 'uses' };
    }
    return {
      path: step,
      at: 'block',
      message: `missing key "uses" in ${printPath(step)}; ${expected}`,
    };
  }
  if (typeof value !== 'string') {
    return { path, at: 'value', message: `${printPath(path)}: ${expected}` };
  }
  const shown = JSON.stringify(value.slice(0, 60));
  if (isLaterOperation(value)) {
    const message = `operation ${shown} is not supported by this version; it has ${known}`;
    return { path, at: 'value', message };
  }
  // The user may have left out the first part of the name. For example, the suggestion for `remove_bg` is
  // `addon/remove_bg`.
  const full = OPERATION_NAMES.find((name) => name.endsWith(`/${value}`));
  const suggestion = full ?? closestWord(value, OPERATION_NAMES);
  const message = `unknown operation ${shown}`;
  return suggestion === undefined
    ? { path, at: 'value', message: `${message}; ${expected}` }
    : { path, at: 'value', message, suggestion };
}

function explainValue(
  path: JobPath,
  issue: Issue,
  { job, show }: { readonly job: unknown; readonly show: Show },
): ExplainedIssue {
  const value = valueAt(job, path);
  if (value === undefined) {
    const block = path.slice(0, -1);
    const inBlock = block.length === 0 ? '' : ` in ${printPath(block)}`;
    const message = `missing key "${path.at(-1)}"${inBlock}; expected ${issue.message}`;
    return { path: block, at: 'block', message };
  }
  const subject = path.length === 0 ? 'the job file' : printPath(path);
  const isEmptyBlock = value === null && issue.code === 'invalid_type' && path.length > 0;
  const hint =
    isEmptyBlock && /block|list/.test(issue.message) ? '. Indent the lines that belong to it' : '';
  const form = meantForm(path, value);
  const advice = form === null ? hint : `; write ${form}`;
  const message = `${subject}: expected ${issue.message}, got ${show(path, value)}${advice}`;
  const words =
    issue.code === 'invalid_value' ? issue.values.filter((word) => typeof word === 'string') : [];
  const suggestion = typeof value === 'string' ? closestWord(value, words) : undefined;
  return { path, at: 'value', message, suggestion };
}

function toJobPath(path: readonly PropertyKey[]): JobPath {
  return path.filter((part) => typeof part !== 'symbol');
}
