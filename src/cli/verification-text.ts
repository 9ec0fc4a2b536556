import { formatCount, formatCounted } from '../core/counted.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { Difference } from '../run/compare-effects.ts';
import type { Verification } from '../run/verify-run.ts';
import type { ResultDocument } from './output.ts';
import { textTable } from './text-table.ts';

/** Returns an effect that differs as a JSON document. */
export function differenceDocument(run: string, difference: Difference): ResultDocument {
  return { type: 'difference', run, ...difference };
}

/** Returns an effect that differs as text. */
export function differenceText({ item, file, step, differences }: Difference): string {
  const made = file === item.toLowerCase() ? '' : ` (file ${file})`;
  return plainText(`${item}${made}, step ${step}: ${differences.join('; ')}`);
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
  const { run, jobName, counts, verified, different, deleted, steps } = verification;
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
    ...notes(verification),
  ].join('\n');
}

function notes({ steps, counts, different }: Verification): string[] {
  const lines = steps.flatMap(({ id, replaced, notVerified }) => [
    ...notVerified.map(
      ({ reason, items }) => `not verified: ${formatCount(items)} at ${id}: ${reason}`,
    ),
    ...(replaced === 0
      ? []
      : [`not compared: ${formatCount(replaced)} at ${id}: a later step replaced the effect`]),
  ]);
  const open = counts.total - counts.done - counts.skipped - counts.failed;
  if (open > 0)
    lines.push(`not ended: ${formatCounted(open, 'item')}, ${counts['in-doubt']} in doubt`);
  const end =
    different === 0
      ? 'no differences'
      : `${formatCounted(different, 'item')} ${different === 1 ? 'differs' : 'differ'}`;
  return [...lines.map(plainText), end];
}
