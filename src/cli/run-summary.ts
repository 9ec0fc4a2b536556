import { formatCount, formatCounted } from '../core/counted.ts';
import { formatDuration } from '../core/duration.ts';
import type { Exclusions } from '../core/exclusions.ts';
import { ITEM_STATES, type ItemState } from '../core/item-state.ts';
import type { StateCounts } from '../core/state-counts.ts';
import { describeStop } from '../engine/run-stop.ts';
import { displayWidth, padColumns } from '../progress/display-width.ts';
import type { Paint } from '../progress/terminal-style.ts';
import { plainLines, plainText } from '../progress/terminal-text.ts';
import type { RunEnd } from '../run/run-request.ts';
import { causeBlock } from './cause-block.ts';
import { runCostRows } from './cost-text.ts';
import { exitLine, issueText } from './describe-error.ts';
import { exclusionRows, rejectsRow } from './exclusion-rows.ts';
import { EXIT_CODES, type ExitCode, isNothingFound } from './exit-code.ts';
import { inventoryFact, inventoryRow } from './inventory-text.ts';
import { type NextHelp, nextCommands } from './next-commands.ts';
import type { ResultDocument } from './output.ts';
import { reasonRows } from './reason-rows.ts';
import { answerTimeRows, throttlingRows } from './request-rows.ts';
import { sinceFact, sinceRow } from './since-text.ts';
import { formatInstant, textTable } from './text-table.ts';

const HEADINGS = {
  active: 'Still active',
  interrupted: 'Stopped',
  aborted: 'Stopped',
  declined: 'Declined',
  abandoned: 'Abandoned',
  finished: 'Finished',
} as const;

const NOTHING_FOUND =
  'The project has none of these items. Check the list, and that the keys are those of its project.';

/** Returns the end of a run as the JSON document that `--json` prints. */
export function summaryDocument(end: RunEnd, exitCode: ExitCode, help: NextHelp): ResultDocument {
  return {
    type: 'summary',
    run: end.run,
    job: end.jobName,
    state: end.state,
    exitCode,
    meaning: EXIT_CODES[exitCode],
    stop: end.stop === null ? null : { kind: end.stop.kind, message: describeStop(end.stop) },
    ...(end.stop?.kind === 'canary' && { canary: end.stop.report }),
    counts: end.counts,
    verified: end.verified,
    leftOut: end.leftOut,
    rejects: end.rejects,
    paid: end.paid,
    cost: end.cost,
    labels: end.labels,
    reasons: end.reasons,
    causes: end.causes,
    throttling: end.throttling.map(({ at, ...point }) => ({ at: formatInstant(at), ...point })),
    answerTimes: end.answerTimes,
    inventory: inventoryFact(end.inventory),
    since: sinceFact(end.since),
    requests: end.requests,
    requestsOfRun: end.requestsOfRun,
    throttled: end.throttled,
    elapsedMs: Math.round(end.elapsedMs),
    next: nextCommands(end, help).map(([command]) => command),
  };
}

/** Returns the end of a run as text. */
export function summaryText(
  end: RunEnd,
  exitCode: ExitCode,
  look: NextHelp & { readonly paint: Paint; readonly unicode: boolean },
): string {
  const { paint } = look;
  const color = exitCode === 0 ? 'green' : exitCode === 1 ? 'yellow' : 'red';
  const blocks = [
    `${paint(color, HEADINGS[end.state])} ${paint('bold', plainText(end.jobName))}, run ${end.run}`,
    ...(end.stop === null ? [] : [`  ${plainText(describeStop(end.stop))}`]),
    indent(
      textTable([
        ['items', countsText(end.counts)],
        ...verifiedRow(end),
        ...sinceRow(end.since),
        ...inventoryRow(end.inventory),
        ...exclusionRows(end.leftOut),
        ...(end.rejects === null ? badRowHint(end.leftOut) : rejectsRow(end.rejects)),
        ...workRows(end, look),
      ]),
    ),
    ...(end.reasons.length === 0 ? [] : [indent(reasonTable(end))]),
    ...causeBlock(end.causes),
    ...(isNothingFound(end) ? [`  ${NOTHING_FOUND}`] : []),
    ...bugBlock(end),
    ...nextBlock(end, look),
    ...(exitCode === 0 ? [] : [exitLine(exitCode)]),
  ];
  return blocks.join('\n');
}

/**
 * Formats the number of items in each state, such as `7,012: 7,000 done, 12 failed`. Omits states without
 * items, except `done`.
 */
export function countsText(counts: StateCounts): string {
  const order: readonly ItemState[] = ['done', ...ITEM_STATES.filter((state) => state !== 'done')];
  const parts = order
    .filter((state) => state === 'done' || counts[state] > 0)
    .map((state) => `${formatCount(counts[state])} ${state.replace('-', ' ')}`);
  return `${formatCount(counts.total)}: ${parts.join(', ')}`;
}

function verifiedRow({ verified }: RunEnd): string[][] {
  if (verified === null) return [];
  const { different, notVerified, no } = verified;
  const others = [
    ...(different > 0 ? [`${formatCount(different)} different`] : []),
    ...(notVerified > 0 ? [`${formatCount(notVerified)} not verified`] : []),
  ];
  const counts = [formatCounted(verified.verified, 'item'), ...others].join(', ');
  return [['verified', `${counts} (listing ${no})`]];
}

function badRowHint({ rejected }: Exclusions): string[][] {
  if (rejected === 0) return [];
  return [['', 'to see the first bad rows with their reasons, run the job with --dry-run']];
}

function workRows(end: RunEnd, { unicode }: { readonly unicode: boolean }): string[][] {
  const throttled =
    end.throttled === 0 ? '' : `, ${formatCount(end.throttled)} of them throttled (429)`;
  const inAll =
    end.requestsOfRun > end.requests ? ` (${formatCount(end.requestsOfRun)} in all processes)` : '';
  const paid = end.paid.map(({ name, spent }) => `${formatCount(spent)} ${name}`);
  return [
    ...(paid.length === 0 ? [] : [['paid for', paid.join(', ')]]),
    ...runCostRows(end),
    ['requests', `${formatCount(end.requests)}${inAll}${throttled}`],
    ...throttlingRows(end.throttling, unicode),
    ...answerTimeRows(end.answerTimes),
    ['time', formatDuration(end.elapsedMs)],
  ];
}

function reasonTable(end: RunEnd): string {
  return textTable(reasonRows(end.reasons).map(({ state, count, text }) => [state, count, text]));
}

/** Returns text with the stack of the error, if a bug stopped the run. */
function bugBlock({ stop }: RunEnd): string[] {
  const isBug = stop?.kind === 'fatal' && stop.failure.fatalCause === 'bug';
  return isBug ? ['', plainLines(issueText(stop.failure)), ''] : [];
}

function nextBlock(end: RunEnd, help: NextHelp): string[] {
  const commands = nextCommands(end, help);
  if (commands.length === 0) return [];
  const width = Math.max(...commands.map(([command]) => displayWidth(command)));
  return [
    'Next:',
    ...commands.map(([command, why]) => `  ${padColumns(command, width)}  # ${why}`),
  ];
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
