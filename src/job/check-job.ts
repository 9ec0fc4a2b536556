import type { ApiVersion } from '../core/api-version.ts';
import { deadlineAfter } from '../core/deadline.ts';
import { formatDuration } from '../core/duration.ts';
import { isJsonObject } from '../core/json.ts';
import { present } from '../core/present.ts';
import { formatLocal } from '../core/time-zone.ts';
import { withBucketDefaults } from './bucket-defaults.ts';
import { reportCopiesIntoSource } from './copies-into-source.ts';
import { explainIssues } from './explain-issue.ts';
import { type JobPath, printPath } from './job-path.ts';
import { type Job, jobSchema } from './job-schema.ts';
import { type JobNode, nodeAt, offsetAt, type PointAt, toPlain } from './job-tree.ts';
import { reportDoubtfulValues } from './job-warnings.ts';
import { checkWithoutFaults } from './later-issues.ts';
import { type GivenCode, withCodeFacts } from './own-steps.ts';
import type { PriceList } from './price-list-schema.ts';
import { type GivenValues, type ReportProblem, replaceExpressions } from './replace-expressions.ts';
import { showValue } from './show-value.ts';
import { reportWideConditions } from './wide-conditions.ts';

/**
 * Checks the content of a job file and returns the job. Reports every problem; returns null if the content
 * does not match the schema. Also warns of values in a valid job that probably do not mean what the user thinks.
 */
export function checkJob(
  written: JobNode,
  given: GivenValues & {
    readonly apiVersion?: ApiVersion | undefined;
    readonly prices?: PriceList | undefined;
    readonly now?: number | undefined;
    readonly code?: GivenCode | undefined;
  },
  { report, warn }: { readonly report: ReportProblem; readonly warn: ReportProblem },
): Job | null {
  const root = replaceExpressions(written, given, report);
  const inFile = toPlain(root);
  const owned = isJsonObject(inFile) ? withCodeFacts(inFile, given.code) : null;
  const plain = withBucketDefaults(
    owned === null
      ? inFile
      : { ...owned.job, ...present({ apiVersion: given.apiVersion, prices: given.prices }) },
  );
  for (const { path, message } of owned?.faults ?? []) {
    report({ offset: offsetAt(root, path, 'value'), message: `${printPath(path)} ${message}` });
  }
  const parsed = jobSchema.safeParse(plain);
  const checkDeadline = (job: Job) => {
    const passed = passedDeadline(job, given.now);
    if (passed === null) return;
    const offset = offsetAt(root, ['limits', 'finishBy'], 'value');
    report({ offset, message: `limits.finishBy ${passed}` });
  };
  if (parsed.success) {
    checkDeadline(parsed.data);
    reportWideConditions(parsed.data, { written, filled: root }, report);
    reportCopiesIntoSource(parsed.data, root, report);
    reportDoubtfulValues(root, warn);
    return parsed.data;
  }
  const show = (path: JobPath, value: unknown) =>
    path.at(-1) === 'secretKey' ? 'something else' : showValue(nodeAt(root, path), value);
  const later = checkWithoutFaults(plain, parsed.error.issues);
  if (later.rest !== null) checkDeadline(later.rest);
  const issues = [...parsed.error.issues, ...later.issues];
  for (const { path, at, message, suggestion } of explainIssues(issues, plain, show)) {
    // Skips a value whose expression failed: `replaceExpressions` has already reported it.
    if (isBroken(nodeAt(root, path), at)) continue;
    report({ offset: offsetAt(root, path, at), message, suggestion });
  }
  return null;
}

/** Says that the deadline of a job has passed, as the end of a sentence; null if it has not. */
function passedDeadline({ limits }: Job, now: number | undefined): string | null {
  if (now === undefined || limits.finishBy === undefined) return null;
  const { at, zone } = deadlineAfter(limits.finishBy, now);
  if (at > now) return null;
  return `is ${formatLocal(zone, at)}, ${formatDuration(now - at)} ago; write a later time`;
}

/** True if a message about a node follows from a value in it that was already reported. */
function isBroken(node: JobNode | undefined, at: PointAt): boolean {
  if (node?.kind === 'value') return node.origin === 'broken';
  if (node === undefined || at !== 'value') return false;
  const parts = node.kind === 'list' ? node.items : node.entries.map((entry) => entry.node);
  return parts.some((part) => part.kind === 'value' && part.origin === 'broken');
}
