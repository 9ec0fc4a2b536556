import { formatCount, formatCounted } from '../../core/counted.ts';
import { formatDuration } from '../../core/duration.ts';
import { describeStop } from '../../engine/run-stop.ts';
import { plainText } from '../../progress/terminal-text.ts';
import type { PlannedDuration } from '../../run/plan-pace.ts';
import { exclusionRows } from '../exclusion-rows.ts';
import { EXIT_CODES, type ExitCode } from '../exit-code.ts';
import type { ResultDocument } from '../output.ts';
import { reasonRows } from '../reason-rows.ts';
import { countsText } from '../run-summary.ts';
import { textTable } from '../text-table.ts';
import type { Rehearsal } from './rehearse-job.ts';

/** Returns a rehearsal as the JSON document that `--json` prints. */
export function rehearsalDocument(
  { end, signal: _signal, ...facts }: Rehearsal,
  duration: PlannedDuration,
  exitCode: ExitCode,
): ResultDocument {
  const { jobName, state, counts, leftOut, reasons, paid, requests, stop } = end;
  return {
    type: 'rehearsal',
    job: jobName,
    state,
    exitCode,
    meaning: EXIT_CODES[exitCode],
    stop: stop === null ? null : { kind: stop.kind, message: describeStop(stop) },
    ...facts,
    counts,
    leftOut,
    reasons,
    paid,
    requests,
    duration,
  };
}

/** Returns a rehearsal as text. */
export function rehearsalText(rehearsal: Rehearsal, duration: PlannedDuration): string {
  const { end, changes, stateDirectory } = rehearsal;
  const changed = Object.entries(changes).filter(([, count]) => count > 0);
  const rows = [
    ...sourceRows(rehearsal),
    ['items', countsText(end.counts)],
    ...(end.stop === null ? [] : [['stopped', plainText(describeStop(end.stop))]]),
    ...exclusionRows(end.leftOut),
    ...changed.map(([name, count], index) => [
      index === 0 ? 'effects' : '',
      `${name}: ${formatCounted(count, 'file')}`,
    ]),
    ...end.paid.map(({ name, spent }) => ['paid for', `${formatCount(spent)} ${name}`]),
    ...reasonRows(end.reasons).map(({ state, count, text }) => [state, `${count} ${text}`]),
    ['requests', `${formatCount(end.requests)}, all of them to the emulator`],
    ['duration', durationText(duration)],
    ...(stateDirectory === null ? [] : [['state', plainText(stateDirectory)]]),
  ];
  const heading = `Rehearsal of ${plainText(end.jobName)}: ${end.state}. Nothing was sent to Uploadcare.`;
  return `${heading}\n${textTable(rows)}`;
}

const EMPTY_PROJECT = 'the emulated project was empty at first: this job needs no inventory';

function sourceRows({ source, listedAt, files, seeded }: Rehearsal): string[][] {
  const rows: string[][] = [];
  if (source === 'folder') rows.push(['folder', `its real files; ${EMPTY_PROJECT}`]);
  if (source === 'urls') {
    const invented = 'the emulator invented their files: a dead link succeeds here';
    rows.push(['urls', `${invented}; ${EMPTY_PROJECT}`]);
  }
  if (listedAt === null) return rows;
  const part =
    seeded === files
      ? formatCounted(files, 'file')
      : `${formatCount(seeded)} of ${formatCounted(files, 'file')}, evenly spaced: a run has more items and requests`;
  return [...rows, ['inventory', `${part}, listed at ${listedAt}`]];
}

function durationText({ ms, rate }: PlannedDuration): string {
  const basis = {
    flag: '--rate',
    job: 'limits.rate',
    learned: 'the rate that a run of this project reached',
    first: 'the rate at which a run begins',
  }[rate.basis];
  return `about ${formatDuration(ms)} for these requests at ${Number(rate.perSecond.toFixed(1))}/s (${basis}), and the time of remote jobs`;
}
