import { type CanaryReport, likelyMostFailed } from '../core/canary.ts';
import { formatCount, formatCounted } from '../core/counted.ts';
import { formatDuration } from '../core/duration.ts';
import { formatEffect } from '../core/effect-count.ts';
import { settledCount } from '../core/state-counts.ts';
import { plainText } from '../progress/terminal-text.ts';
import { reasonRows } from './reason-rows.ts';
import { resultText, whyText } from './result-text.ts';
import { countsText } from './run-summary.ts';
import { shortenName } from './shorten-name.ts';
import { textTable } from './text-table.ts';

/** Maximum length of a file name, so that the name and the state fit on one line of a narrow terminal. */
const MAX_NAME = 30;

/**
 * Formats the results of a canary as text, with an estimate for the other items. `report.workedMs` is 0 if an
 * earlier process completed the canary without any work.
 */
export function canaryText(report: CanaryReport & { readonly jobName: string }): string {
  const { items, remaining, jobName } = report;
  const rows = [
    ['selected', selectedText(report)],
    ['items', countsText(report.counts)],
    ...reasonRows(report.reasons).map(({ state, count, text }) => [state, `${count} ${text}`]),
    ...report.paid.map(({ name, spent }) => ['paid for', `${formatCount(spent)} ${name}`]),
    ['time', `${formatDuration(report.workedMs)}, ${perItem(report)} an item`],
    ...report.results.map((item, index) => [
      index === 0 ? 'results' : '',
      [
        plainText(item.key),
        shortenName(plainText(item.filename ?? ''), MAX_NAME),
        item.state,
        item.result === null ? '' : resultText(item.result),
        plainText(whyText(item.reason, item.message)),
      ]
        .filter((part) => part !== '')
        .join('  '),
    ]),
    ...restRows(report),
  ];
  return `Canary of ${plainText(jobName)}: ${formatCounted(items, 'item')}; ${formatCount(remaining)} wait\n${textTable(rows)}`;
}

function selectedText({ items, remaining, listed }: CanaryReport): string {
  const selected = items + remaining;
  const share = listed === 0 ? '' : ` (${formatShare(selected / listed)})`;
  return `${formatCount(selected)} of ${formatCount(listed)} listed${share}`;
}

function perItem({ workedMs, items }: CanaryReport): string {
  const ms = workedMs / items;
  return ms < 1000 ? `${Math.round(ms)} ms` : formatDuration(ms);
}

/** Estimates for the items that wait, if they behave like those of the canary. */
function restRows(report: CanaryReport): string[][] {
  const { remaining, items, counts, paid, effects } = report;
  const times = remaining / items;
  const settled = settledCount(counts);
  const most = likelyMostFailed(counts);
  const failed = settled === 0 ? 0 : Math.round((counts.failed / settled) * remaining);
  const parts = [
    ...(most === null
      ? []
      : [`about ${formatCount(failed)} failures (probably at most ${formatShare(most)})`]),
    ...paid.map(({ name, spent }) => `about ${formatCount(Math.round(spent * times))} ${name}`),
    `about ${formatDuration(report.workedMs * times)} or less`,
  ];
  return [
    ['the rest', `${formatCounted(remaining, 'item')}: ${parts.join(', ')}`],
    ...effects.map((effect) => ['', `at most: ${formatEffect(effect)}`]),
  ];
}

function formatShare(share: number): string {
  return `${Number((share * 100).toPrecision(2))}%`;
}
