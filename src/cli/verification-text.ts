import { formatCount, formatCounted } from '../core/counted.ts';
import { plainText } from '../progress/terminal-text.ts';
import { csvLine } from '../report/csv-line.ts';
import type { Difference } from '../run/compare-effects.ts';
import {
  OBJECT_FAULTS,
  type ObjectDifference,
  type VerifiedBucket,
} from '../run/object-difference.ts';
import type { Verification } from '../run/verify-run.ts';
import type { ResultDocument } from './output.ts';
import { textTable } from './text-table.ts';

/** A difference in all forms in which the command can print it. */
export interface DescribedDifference {
  readonly document: ResultDocument;
  readonly text: () => string;
  /** A row of CSV with the columns `DIFFERENCE_COLUMNS`. */
  readonly row: () => string;
}

const csvRow = (cells: readonly (string | null)[]) => csvLine(cells).trimEnd();

/** The first row of the differences in CSV. */
export const DIFFERENCE_COLUMNS = csvRow(
  'fault,item,step,operation,file,bucket,key,differences'.split(','),
);

/** Describes an effect that differs. */
export function describeDifference(run: string, difference: Difference): DescribedDifference {
  const { item, file, step, operation, differences } = difference;
  const made = file === item.toLowerCase() ? '' : ` (file ${file})`;
  const all = differences.join('; ');
  return {
    document: { type: 'difference', run, ...difference },
    text: () => plainText(`${item}${made}, step ${step}: ${all}`),
    row: () => csvRow(['effect', item, step, operation, file, null, null, all]),
  };
}

/** Describes an object of a bucket that differs. */
export function describeObjectDifference(
  run: string,
  difference: ObjectDifference,
): DescribedDifference {
  const { bucket, key, fault, item, step, message } = difference;
  return {
    document: { type: 'object-difference', run, ...difference },
    text: () => plainText(`${bucket}/${key} ${message}`),
    row: () => csvRow([fault, item, step, null, null, bucket, key, message]),
  };
}

/** Returns the comparison of a run as a JSON document. */
export function verificationDocument(verification: Verification): ResultDocument {
  const { counts, elapsedMs, ...rest } = verification;
  const { total, done, skipped, failed } = counts;
  const items = { selected: total, done, skipped, failed, inDoubt: counts['in-doubt'] };
  return { type: 'verification', ...rest, ...items, elapsedMs: Math.round(elapsedMs) };
}

const COLUMNS = ['', 'selected', 'done', 'verified', 'different', 'skipped', 'failed', 'deleted'];

/** Returns the comparison of a run as text. */
export function verificationText(verification: Verification): string {
  const { run, jobName, counts, verified, different, deleted, steps, buckets } = verification;
  const total = ['items', counts.total, counts.done, verified, different];
  const ends = [counts.skipped, counts.failed, deleted];
  const rows = steps.map(({ id, ...step }) => {
    return [id, '', step.done, step.verified, step.different, '', '', step.deleted];
  });
  const table = [[...total, ...ends], ...rows].map((row) =>
    row.map((cell) => (typeof cell === 'number' ? formatCount(cell) : plainText(cell))),
  );
  return [
    `Compared run ${run} (${plainText(jobName)}) with ${formatCounted(verification.pages, 'page')} of listings`,
    textTable([COLUMNS, ...table]),
    ...(buckets.length === 0 ? [] : [bucketTable(buckets)]),
    ...notes(verification),
  ].join('\n');
}

function bucketTable(buckets: readonly VerifiedBucket[]): string {
  const heads = ['bucket', 'objects', 'verified', 'size only', ...OBJECT_FAULTS];
  const rows = buckets.map(({ url, objects, verified, sizeOnly, faults }) => {
    const numbers = [objects, verified, sizeOnly, ...OBJECT_FAULTS.map((fault) => faults[fault])];
    return [plainText(url), ...numbers.map(formatCount)];
  });
  return textTable([heads, ...rows]);
}

function notes({ steps, counts, different, buckets }: Verification): string[] {
  const lines = steps.flatMap(({ id, doneBefore, replaced, notVerified }) => [
    ...(doneBefore === 0
      ? []
      : [`compared too: ${formatCount(doneBefore)} at ${id}: an earlier run did them`]),
    ...notVerified.map(
      ({ reason, items }) => `not verified: ${formatCount(items)} at ${id}: ${reason}`,
    ),
    ...(replaced === 0
      ? []
      : [`not compared: ${formatCount(replaced)} at ${id}: a later step replaced the effect`]),
  ]);
  for (const { url, others } of buckets) {
    if (others > 0)
      lines.push(
        `not compared: ${formatCounted(others, 'object')} of ${url}: other runs of the job wrote them`,
      );
  }
  const open = counts.total - counts.done - counts.skipped - counts.failed;
  if (open > 0)
    lines.push(`not ended: ${formatCounted(open, 'item')}, ${counts['in-doubt']} in doubt`);
  const objects = buckets.reduce((sum, { faults }) => sum + countFaults(faults), 0);
  const found = [differing(different, 'item'), differing(objects, 'object')].filter(
    (text) => text !== null,
  );
  return [...lines.map(plainText), found.length === 0 ? 'no differences' : found.join('; ')];
}

function differing(count: number, what: string): string | null {
  if (count === 0) return null;
  return `${formatCounted(count, what)} ${count === 1 ? 'differs' : 'differ'}`;
}

function countFaults(faults: VerifiedBucket['faults']): number {
  return OBJECT_FAULTS.reduce((sum, fault) => sum + faults[fault], 0);
}
