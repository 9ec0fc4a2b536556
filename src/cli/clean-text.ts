import { formatBytes } from '../core/byte-size.ts';
import { formatCounted } from '../core/counted.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { Leftovers } from '../state/clean-leftovers.ts';
import type { KeepReason } from '../state/clean-policy.ts';
import type { CleanedRun } from '../state/clean-runs.ts';
import type { ResultDocument } from './output.ts';
import { formatInstant, textTable } from './text-table.ts';

const REASONS: Readonly<Record<KeepReason, string>> = {
  running: 'a process works on it',
  unreadable: 'its ledger cannot be read',
  unfinished: 'unfinished: it can be resumed',
  'in-doubt': 'it has items in doubt',
  source: 'an unfinished run takes its items from it',
  overlaps: 'an unfinished run needs its work',
  recent: 'it ended less than 10 minutes ago and holds work that skipIfDone needs',
  changed: 'another process has just changed it',
  paid: 'it holds work that skipIfDone needs (--forget-done removes it)',
  since: 'the next run of its job continues where it ended (--forget-done removes it)',
  last: '--keep-last',
  within: '--keep-within',
  failed: '--keep-failed',
  deletes: '--keep-deletes',
};

/** The result of one `clean`. */
export interface CleanFigures {
  readonly runs: readonly CleanedRun[];
  readonly leftovers: Leftovers;
  readonly isDryRun: boolean;
}

/** The JSON document about one run. */
export function cleanedRunDocument(
  { run, facts, problem, bytes, reasons }: CleanedRun,
  dryRun: boolean,
): ResultDocument {
  return {
    type: 'cleaned-run',
    run,
    jobName: facts?.jobName ?? null,
    state: facts?.state ?? null,
    action: reasons.length === 0 ? 'remove' : 'keep',
    dryRun,
    reasons,
    hasDeletes: facts?.hasDeletes ?? null,
    problem,
    bytes,
  };
}

/** The JSON document about the whole `clean`. */
export function cleanedDocument({ runs, leftovers, isDryRun }: CleanFigures): ResultDocument {
  const { removed, kept, bytes } = sums(runs);
  return {
    type: 'cleaned',
    dryRun: isDryRun,
    removed,
    kept,
    bytes: bytes + leftovers.bytes,
    leftovers,
  };
}

/** The result as a text: a line for each run, and the sums. */
export function cleanText(
  { runs, leftovers, isDryRun }: CleanFigures,
  width = Number.POSITIVE_INFINITY,
): string {
  const { removed, kept, bytes } = sums(runs);
  const verb = isDryRun ? 'would be removed' : 'removed';
  const others =
    leftovers.files === 0 ? '' : `, and ${formatCounted(leftovers.files, 'leftover file')}`;
  const freed = formatBytes(bytes + leftovers.bytes);
  return [
    ...(runs.length === 0 ? [] : [cleanTable(runs, isDryRun, width)]),
    ...evidenceLines(runs, isDryRun),
    `${formatCounted(removed, 'run')}${others} ${verb} (${freed}), ${formatCounted(kept, 'run')} kept.`,
  ].join('\n');
}

/** Warns that evidence of deletes is lost with the removed runs. */
function evidenceLines(runs: readonly CleanedRun[], isDryRun: boolean): string[] {
  const count = runs.filter((run) => run.reasons.length === 0 && run.facts?.hasDeletes).length;
  if (count === 0) return [];
  const lost = `${formatCounted(count, 'run')} with evidence of deletes`;
  return [
    isDryRun
      ? `${lost} would be removed. Write it first with \`ucbulk evidence RUN -o FOLDER\`, or add --keep-deletes.`
      : `${lost} removed. To keep such runs, add --keep-deletes.`,
  ];
}

/** Formats a line for each run, below headings. If that is too wide, formats several lines for each run. */
function cleanTable(runs: readonly CleanedRun[], isDryRun: boolean, width: number): string {
  const rows = runs.map(runRow);
  const headings = [isDryRun ? 'WOULD' : 'DID', 'RUN', 'JOB', 'STATE', 'ENDED', 'SIZE', 'REASON'];
  const table = textTable([headings, ...rows]);
  if (table.split('\n').every((line) => line.length <= width)) return table;
  return rows
    .map(([action = '', run = '', job = '', state = '', ended = '', size = '', why = '']) =>
      [
        `${action}  ${run}`,
        ...[`${job} ${state} ${ended} ${size}`, why].map((line) => `  ${line.trim()}`),
      ]
        .filter((line) => line.trim() !== '')
        .join('\n'),
    )
    .join('\n');
}

function runRow({ run, facts, problem, bytes, reasons }: CleanedRun): string[] {
  const why =
    reasons.length === 0 && facts?.hasDeletes
      ? 'has evidence of deletes (--keep-deletes keeps it)'
      : reasons.map((reason) => REASONS[reason]).join('; ');
  return [
    reasons.length === 0 ? 'remove' : 'keep',
    run,
    facts === null ? '' : plainText(facts.jobName),
    facts === null ? 'unreadable' : facts.state,
    facts === null ? '' : formatInstant(facts.endedAt ?? facts.createdAt),
    formatBytes(bytes),
    problem === null ? why : `${why}: ${plainText(problem)}`,
  ];
}

function sums(runs: readonly CleanedRun[]): { removed: number; kept: number; bytes: number } {
  const removed = runs.filter(({ reasons }) => reasons.length === 0);
  const bytes = removed.reduce((sum, run) => sum + run.bytes, 0);
  return { removed: removed.length, kept: runs.length - removed.length, bytes };
}
