import { formatCount } from '../core/counted.ts';
import { formatDuration } from '../core/duration.ts';
import type { Exclusions } from '../core/exclusions.ts';
import { ITEM_STATES, type ItemState } from '../core/item-state.ts';
import { isUnfinished } from '../core/run.ts';
import { type StateCounts, settledCount } from '../core/state-counts.ts';
import { describeStop, type StopReason, waitsForAnswer } from '../engine/run-stop.ts';
import type { Paint } from '../progress/terminal-style.ts';
import { plainLines, plainText } from '../progress/terminal-text.ts';
import type { FailedPaid, RunEnd } from '../run/run-request.ts';
import type { Advice } from './command-advice.ts';
import { runCostRows } from './cost-text.ts';
import { exitLine, issueText } from './describe-error.ts';
import { exclusionRows, rejectsRow } from './exclusion-rows.ts';
import { EXIT_CODES, type ExitCode, isNothingFound } from './exit-code.ts';
import { inventoryFact, inventoryRow } from './inventory-text.ts';
import type { ResultDocument } from './output.ts';
import { reasonRows } from './reason-rows.ts';
import { sinceFact, sinceRow } from './since-text.ts';
import { textTable } from './text-table.ts';

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
export function summaryDocument(end: RunEnd, exitCode: ExitCode, advice: Advice): ResultDocument {
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
    inventory: inventoryFact(end.inventory),
    since: sinceFact(end.since),
    requests: end.requests,
    requestsOfRun: end.requestsOfRun,
    throttled: end.throttled,
    elapsedMs: Math.round(end.elapsedMs),
    next: nextCommands(end, advice).map(([command]) => command),
  };
}

/** Returns the end of a run as text. */
export function summaryText(
  end: RunEnd,
  exitCode: ExitCode,
  { advice, paint }: { readonly advice: Advice; readonly paint: Paint },
): string {
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
        ...workRows(end),
      ]),
    ),
    ...(end.reasons.length === 0 ? [] : [indent(reasonTable(end))]),
    ...(isNothingFound(end) ? [`  ${NOTHING_FOUND}`] : []),
    ...bugBlock(end),
    ...nextBlock(end, advice),
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
  const counts = [`${formatCount(verified.verified)} items`, ...others].join(', ');
  return [['verified', `${counts} (listing ${no})`]];
}

function badRowHint({ rejected }: Exclusions): string[][] {
  if (rejected === 0) return [];
  return [['', 'to see the first bad rows with their reasons, run the job with --dry-run']];
}

function workRows(end: RunEnd): string[][] {
  const throttled =
    end.throttled === 0 ? '' : `, ${formatCount(end.throttled)} of them throttled (429)`;
  const inAll =
    end.requestsOfRun > end.requests ? ` (${formatCount(end.requestsOfRun)} in all processes)` : '';
  const paid = end.paid.map(({ name, spent }) => `${formatCount(spent)} ${name}`);
  return [
    ...(paid.length === 0 ? [] : [['paid for', paid.join(', ')]]),
    ...runCostRows(end),
    ['requests', `${formatCount(end.requests)}${inAll}${throttled}`],
    ['time', formatDuration(end.elapsedMs)],
  ];
}

/** True if a person should check some items: they are done, but have a warning. */
export function hasWarnings({ reasons }: Pick<RunEnd, 'reasons'>): boolean {
  return reasons.some(({ state }) => state === 'done');
}

function reasonTable(end: RunEnd): string {
  return textTable(reasonRows(end.reasons).map(({ state, count, text }) => [state, count, text]));
}

/** Returns text with the stack of the error, if a bug stopped the run. */
function bugBlock({ stop }: RunEnd): string[] {
  const isBug = stop?.kind === 'fatal' && stop.failure.fatalCause === 'bug';
  return isBug ? ['', plainLines(issueText(stop.failure)), ''] : [];
}

function nextBlock(end: RunEnd, advice: Advice): string[] {
  const commands = nextCommands(end, advice);
  if (commands.length === 0) return [];
  const width = Math.max(...commands.map(([command]) => command.length));
  return ['Next:', ...commands.map(([command, why]) => `  ${command.padEnd(width)}  # ${why}`)];
}

function nextCommands(end: RunEnd, advice: Advice): [string, string][] {
  const { counts, run } = end;
  const commands: [string, string][] = [];
  const isOpen = counts.total > settledCount(counts) + counts['in-doubt'];
  if (isUnfinished(end.state) && (isOpen || end.stop !== null) && !isInJob(end.stop)) {
    commands.push([resumeCommand(end.stop, advice.resume(run)), explainResume(end.stop)]);
  }
  if (counts['in-doubt'] > 0) {
    commands.push([
      advice.items(run, 'in-doubt'),
      'sent, outcome unknown: check before sending again',
    ]);
  }
  if (counts.failed > 0) commands.push([advice.items(run, 'failed'), 'which failed, and why']);
  if (counts.failed > 0 && end.state === 'finished') {
    commands.push([advice.retry(run), 'gives failed items a new attempt']);
  }
  if (hasWarnings(end)) commands.push([advice.items(run, 'done'), 'which have a warning, and why']);
  const again = end.state === 'finished' ? end.failedPaid : null;
  if (again?.jobFile != null) commands.push([advice.run(again.jobFile), explainPaidRerun(again)]);
  return commands;
}

/**
 * Explains why the user may want to start a new run if items failed after a paid step: a resume does not retry
 * failed items.
 */
function explainPaidRerun({ count, isKept }: FailedPaid): string {
  const items = `${formatCount(count)} failed after a paid step`;
  return isKept
    ? `${items}: with the same flags, a new run continues with the paid results`
    : `${items}: without skipIfDone: true in the job, a new run pays for them again`;
}

/**
 * Returns the command for a resume. If the budget in the job is spent, the command contains `--job FILE`: the
 * run's database still has the old budget, so the user must pass a job file with a higher one. If nobody has
 * answered the question of the run, it contains `--yes`, which is the answer.
 */
function resumeCommand(stop: StopReason | null, resume: string): string {
  if (waitsForAnswer(stop)) return `${resume} --yes`;
  if (stop?.kind === 'window') return `${resume} --wait`;
  return mustBeRaised(stop) ? `${resume} --job FILE` : resume;
}

/** True if a fault in the job file caused the stop. Every resume would then stop for the same reason. */
function isInJob(stop: StopReason | null): boolean {
  return stop?.kind === 'fatal' && stop.failure.fatalCause === 'job';
}

function mustBeRaised(stop: StopReason | null): boolean {
  return stop?.kind === 'budget' && stop.mustBeRaised === true;
}

function explainResume(stop: StopReason | null): string {
  if (stop?.kind === 'fatal' && stop.failure.fatalCause === 'account') {
    return 'settle the account first; continues where the run stopped';
  }
  if (stop?.kind === 'fatal') return 'fix that first; continues where the run stopped';
  if (stop?.kind === 'window') return 'waits for the window; continues where the run stopped';
  if (stop?.kind === 'canary') return 'look at the results first; continues with the other items';
  if (waitsForAnswer(stop)) {
    return 'agrees to these deletes and payments; without --yes, it asks on a terminal';
  }
  if (stop?.kind === 'guard') return 'check that first; continues where the run stopped';
  if (mustBeRaised(stop)) return 'raise the budget in FILE first; continues where the run stopped';
  return 'continues where the run stopped';
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
