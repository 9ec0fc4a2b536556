import { formatCount, formatCounted } from '../core/counted.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { RetryObstacle } from '../run/retry-obstacle.ts';
import type { FailureGroup, RefusedGroup, RetryReview } from '../run/review-retry.ts';
import type { Advice } from './command-advice.ts';
import type { ResultDocument } from './output.ts';
import { countsText } from './run-summary.ts';
import { textTable } from './text-table.ts';

/** The end of a sentence that starts with the failed items. */
const OBSTACLES: Readonly<Record<RetryObstacle, string>> = {
  'unknown-effect':
    'their requests may have had an effect, and a repeat could have a second one. Look at the files yourself.',
  'made-file':
    'their requests made files, which the messages of the items name. A retry would make other files.',
  'not-recorded':
    'an older version of ucbulk did not store whether their requests had an effect. Look at the files yourself.',
  continued:
    'they failed at an earlier step and continued (onFailure: continue), so later steps have already run for them.',
};

/** The review of a retry as a JSON document. */
export function retryDocument(review: RetryReview, dryRun: boolean): ResultDocument {
  const { paysAgain, ...facts } = review;
  return { type: 'retry', dryRun, ...facts, paysAgain: Object.fromEntries(paysAgain) };
}

/** The review of a retry as a text. */
export function retryText(review: RetryReview, dryRun: boolean, advice: Advice): string {
  const { run, jobName, failed, items, retried, refused, undecidable, inDoubt } = review;
  const verb = dryRun ? 'a retry would take' : 'retrying';
  const some = `${verb} ${formatCount(items)} of ${formatCounted(failed, 'failed item')}${items === 0 ? '.' : ':'}`;
  const none = `no item has failed, so there is nothing to retry. Items: ${countsText(review.counts)}.`;
  return [
    `Run ${run} (${plainText(jobName)}): ${failed === 0 ? none : some}`,
    ...(items === 0 ? [] : [groupTable(retried)]),
    ...formatPayments(review),
    ...formatUnfinished(review, advice),
    ...(failed > 0 && items === 0 && refused.length === 0 && undecidable === 0
      ? ['No failed item matches --where and --code. Nothing was changed.']
      : []),
    ...(refused.length === 0 ? [] : formatRefused(refused, run, advice)),
    ...(undecidable === 0
      ? []
      : [
          `${formatCounted(undecidable, 'failed item')} left out: --where needs a field of the file that the run did not store.`,
        ]),
    ...(inDoubt === 0
      ? []
      : [
          `${formatCounted(inDoubt, 'item')} in doubt: a retry never takes these. List them with: ${advice.items(run, 'in-doubt')}`,
          `Then decide with: ${advice.resolve(run, '--as redo')} (or done, skip, adopt)`,
        ]),
  ].join('\n');
}

function formatUnfinished({ unfinished, items, run }: RetryReview, advice: Advice): string[] {
  if (unfinished === 0) return [];
  const open = `${formatCounted(unfinished, 'item')} of the run ${unfinished === 1 ? 'has' : 'have'} not ended yet`;
  return items > 0
    ? [`${open}: a retry continues ${unfinished === 1 ? 'it' : 'them'} too, as a resume does.`]
    : [`${open}. Continue with: ${advice.resume(run)}`];
}

function formatPayments({ paysAgain }: RetryReview): string[] {
  return [...paysAgain].map(
    ([name, count]) =>
      `The service charges again for ${formatCount(count)} ${name}: the paid jobs of these items ended in an error.`,
  );
}

function formatRefused(refused: readonly RefusedGroup[], run: string, advice: Advice): string[] {
  const obstacles = [...new Set(refused.map(({ obstacle }) => obstacle))];
  const parts = obstacles.flatMap((obstacle) => [
    `Not retried: ${OBSTACLES[obstacle]}`,
    groupTable(refused.filter((group) => group.obstacle === obstacle)),
  ]);
  return [
    ...parts,
    `To process such items in a new run, write a list of them: ${advice.failedList(run)}`,
  ];
}

function groupTable(groups: readonly FailureGroup[]): string {
  return textTable(
    groups.map(({ items, code, step }) => [
      `  ${formatCount(items)}`,
      plainText(code),
      `step ${plainText(step)}`,
    ]),
  );
}
