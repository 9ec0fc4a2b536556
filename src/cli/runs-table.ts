import { formatCount } from '../core/counted.ts';
import { settledCount } from '../core/state-counts.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { RunListing, RunStatus } from '../state/run-status.ts';
import { formatInstant, textTable } from './text-table.ts';

interface Column {
  readonly heading: string;
  readonly cell: (status: RunStatus) => string;
}

const COUNTS: readonly Column[] = [
  { heading: 'FAILED', cell: ({ counts }) => formatCount(counts.failed) },
  { heading: 'IN DOUBT', cell: ({ counts }) => formatCount(counts['in-doubt']) },
];

/**
 * Formats a line for each run, below headings. If the table is wider than `width` columns, leaves out columns
 * in which every count is 0. If it is still too wide, formats three lines for each run.
 */
export function runsTable(runs: readonly RunListing[], width = Number.POSITIVE_INFINITY): string {
  const full = formatTable(runs, COUNTS);
  if (isWithin(full, width)) return full;
  const used = COUNTS.filter(({ cell }) => runs.some((run) => isCounted(run, cell)));
  const short = formatTable(runs, used);
  if (isWithin(short, width)) return short;
  return runs.map(stackedRun).join('\n');
}

function isWithin(table: string, width: number): boolean {
  return table.split('\n').every((line) => line.length <= width);
}

function isCounted(run: RunListing, cell: Column['cell']): boolean {
  return !('problem' in run) && cell(run) !== '0';
}

function formatTable(runs: readonly RunListing[], counts: readonly Column[]): string {
  return textTable([
    ['RUN', 'JOB', 'STATE', 'ITEMS ENDED', ...counts.map(({ heading }) => heading), 'STARTED'],
    ...runs.map((run) => ('problem' in run ? [run.run, '', 'unreadable'] : runRow(run, counts))),
  ]);
}

function runRow(status: RunStatus, counts: readonly Column[]): string[] {
  return [
    status.run,
    plainText(status.jobName),
    status.state,
    `${formatCount(settledCount(status.counts))} / ${formatCount(status.counts.total)}`,
    ...counts.map(({ cell }) => cell(status)),
    formatInstant(status.createdAt),
  ];
}

/**
 * Formats a run as three lines: its id and state, its job, and the counts that are not 0. The id contains the
 * start time.
 */
function stackedRun(run: RunListing): string {
  if ('problem' in run) return `${run.run}  unreadable`;
  const { counts } = run;
  const done = `${formatCount(settledCount(counts))} / ${formatCount(counts.total)} finished`;
  const failed = counts.failed === 0 ? '' : `, ${formatCount(counts.failed)} failed`;
  const doubt = counts['in-doubt'] === 0 ? '' : `, ${formatCount(counts['in-doubt'])} in doubt`;
  return `${run.run}  ${run.state}\n  ${plainText(run.jobName)}\n  ${done}${failed}${doubt}`;
}
