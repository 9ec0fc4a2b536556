import { formatCount, formatCounted } from '../core/counted.ts';
import { ITEM_STATES, type ItemState } from '../core/item-state.ts';
import { isUnfinished } from '../core/run.ts';
import { settledCount } from '../core/state-counts.ts';
import { formatPercent, formatReason, namesItsEnd } from '../progress/format-progress.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { RunListing, RunStatus } from '../state/run-status.ts';
import type { Invocation } from './command.ts';
import { withAllowedCode } from './command-advice.ts';
import { runCostRows } from './cost-text.ts';
import { exclusionRows, rejectsRow } from './exclusion-rows.ts';
import type { ResultDocument } from './output.ts';
import { paceFields, paceRows, steadyPace } from './pace-text.ts';
import { countsText } from './run-summary.ts';
import { scheduleFact, scheduleRows, windowTime } from './schedule-text.ts';
import { sinceFact, sinceRow } from './since-text.ts';
import { formatInstant, textTable } from './text-table.ts';

const STATE_LABELS: Readonly<Record<ItemState, string>> = {
  pending: 'to do',
  running: 'in progress',
  waiting: 'waiting for Uploadcare',
  'in-doubt': 'in doubt',
  done: 'done',
  skipped: 'skipped',
  failed: 'failed',
};

/** Returns the state of a run as the JSON document that `--json` prints. */
export function statusDocument(status: RunStatus): ResultDocument {
  const { createdAt, endedAt, lostAnswers, waits, sample, schedule, ...facts } = status;
  return {
    type: 'run',
    ...facts,
    ...paceFields(status),
    since: sinceFact(status.since),
    createdAt: formatInstant(createdAt),
    endedAt: endedAt === null ? null : formatInstant(endedAt),
    sample: sample && { ...sample, at: formatInstant(sample.at) },
    schedule: scheduleFact(schedule),
    lostAnswers: lostAnswers && { ...lostAnswers, due: dueInstant(lostAnswers.due) },
    waits: waits.map(({ since, until, ...wait }) => ({
      ...wait,
      since: formatInstant(since),
      until: until === null ? null : formatInstant(until),
    })),
  };
}

/**
 * Returns a run of `ucbulk runs` as a JSON document. If its database is unreadable, the document reports the
 * problem.
 */
export function listingDocument(listing: RunListing): ResultDocument {
  return 'problem' in listing ? { type: 'unreadable-run', ...listing } : statusDocument(listing);
}

/** Returns the state of a run as text. */
export function statusText(status: RunStatus, invocation: Pick<Invocation, 'advice'>): string {
  const hasOwnCode = status.steps.some(({ uses }) => /^(?:\.\.?\/|npm:)/.test(uses));
  const advice = hasOwnCode ? withAllowedCode(invocation.advice) : invocation.advice;
  const { counts, run } = status;
  const settled = settledCount(counts);
  const rows = [
    ['run', run],
    ['job', plainText(status.jobName)],
    ['project', `${status.publicKey} at ${plainText(status.restOrigin)}`],
    ['state', formatState(status)],
    ['started', formatInstant(status.createdAt)],
    ...(status.endedAt === null ? [] : [['ended', formatInstant(status.endedAt)]]),
    [
      'listing',
      `${status.walkFinished ? 'finished' : 'not finished'}, ${formatCounted(status.pages, 'page')}`,
    ],
    ...sinceRow(status.since),
    ['items', `${countsText(counts)} (${formatPercent(settled, counts.total)} finished)`],
    ...exclusionRows(status.leftOut),
    ...rejectsRow(status.rejects),
    ...stepRows(status),
    ...paceRows(status),
    ...(status.workers === null ? [] : [['workers', plainText(status.workers)]]),
    ...(status.isWaiting ? [] : waitRows(status)),
    ...lostAnswerRows(status),
    ...scheduleRows(status.schedule, steadyPace(status)),
    ...paidRows(status),
    ...runCostRows(status),
    ...nextRows(status, [
      `${advice.resume(run)}${resumeFlags(status)}`,
      advice.items(run, 'failed'),
      advice.items(run, 'in-doubt'),
    ]),
  ];
  return textTable(rows);
}

/**
 * True if a resume would send nothing, because all remaining items are in doubt: their requests were sent,
 * but the results are unknown. A person must decide about them first.
 */
function needsDecision({ state, walkFinished, counts }: RunStatus): boolean {
  const isEnded = state === 'interrupted' && walkFinished && counts['in-doubt'] > 0;
  return isEnded && counts.total === settledCount(counts) + counts['in-doubt'];
}

function formatState(status: RunStatus): string {
  if (needsDecision(status)) {
    return `${status.state}: only items in doubt are left; decide them first, a resume sends nothing`;
  }
  if (status.isWaiting) return waitingText(status);
  if (status.stopReason !== null) return formatStop(status.state, plainText(status.stopReason));
  const died = status.state === 'interrupted' && status.endedAt === null;
  if (!died) return status.state;
  const { running } = status.counts;
  const inFlight = running === 0 ? '' : `, ${formatCount(running)} items were in flight`;
  return `interrupted: its process died${inFlight}; nothing is lost, a resume continues`;
}

/** Formats `waits for its window until 22:00 (Europe/Berlin), pid 12 on host`. */
function waitingText({ schedule, process }: RunStatus): string {
  const window = schedule?.window ?? null;
  const isClosed = window !== null && !window.isOpen && window.until !== null;
  const until = isClosed ? ` until ${windowTime(window, schedule?.at ?? 0)}` : '';
  const where = process?.pid == null ? '' : `, pid ${process.pid} on ${process.host}`;
  return `${isClosed ? `waits for its window${until}` : 'waits for another run of the project'}${where}`;
}

/**
 * Formats the state of the run and the reason for its end, such as `interrupted by the user`. Removes words
 * from the reason that only repeat the state.
 */
function formatStop(state: string, reason: string): string {
  const stopped = /^Stopped (by .*)$/i.exec(reason)?.[1];
  if (stopped !== undefined) return `${state} ${stopped}`;
  return `${state}: ${reason.replace(/^Declined: /, '')}`;
}

function stepRows({ steps }: RunStatus): string[][] {
  if (steps.length < 2) return [];
  return steps.map((step) => [`step ${plainText(step.id)}`, formatStep(step)]);
}

/**
 * Formats the items of a step, such as `242 done, 2 in doubt, 5 to do`. `done` counts the items that finished
 * this step. The other numbers count the items that are at this step now, by their state.
 */
function formatStep({ passed, counts }: RunStatus['steps'][number]): string {
  const here = ITEM_STATES.filter((state) => state !== 'done' && counts[state] > 0).map(
    (state) => `${formatCount(counts[state])} ${STATE_LABELS[state]}`,
  );
  return [`${formatCount(passed)} done`, ...here].join(', ');
}

function waitRows({ waits }: RunStatus): string[][] {
  return waits.map((wait, index) => {
    const end =
      wait.until === null || namesItsEnd(wait) ? '' : ` until ${formatInstant(wait.until)}`;
    return [index === 0 ? 'waits' : '', `${formatReason(wait, formatInstant)}${end}`];
  });
}

function lostAnswerRows({ lostAnswers }: RunStatus): string[][] {
  if (lostAnswers === null) return [];
  const due = dueInstant(lostAnswers.due);
  const when = due === null ? 'before anything is sent again' : `after ${due}`;
  return [['lost answers', `${formatCount(lostAnswers.count)}, looked up ${when}`]];
}

/** Formats a time. Returns null for 0, which means that there is nothing to wait for. */
function dueInstant(due: number): string | null {
  return due === 0 ? null : formatInstant(due);
}

function paidRows({ paid }: RunStatus): string[][] {
  return paid.map(({ name, spent, limit }) => {
    const most = limit === null ? '' : ` of ${formatCount(limit)}`;
    return ['paid for', `${formatCount(spent)}${most} ${name}`];
  });
}

/** The flags without which a resume would stop again at once, or would send its requests without the fleet. */
function resumeFlags(status: RunStatus): string {
  // The address may contain a password, so the ledger does not have it.
  return `${stopFlags(status)}${status.hasFleet ? ' --fleet redis://HOST:PORT' : ''}`;
}

function stopFlags(status: RunStatus): string {
  if (needsOtherJob(status)) return ' --job FILE';
  if (status.schedule?.window?.isOpen === false) return ' --wait';
  return status.waitsForAnswer ? ' --yes' : '';
}

/** True if a guard or a limit of the job stopped the run. A resume with the same job would stop at once. */
function needsOtherJob({ paid, stopReason }: RunStatus): boolean {
  if (stopReason !== null && /resume --job FILE|\(limits\.cost\)/.test(stopReason)) return true;
  return paid.some(({ spent, limit }) => limit !== null && spent >= limit);
}

function nextRows(
  status: RunStatus,
  [resume, failed, inDoubt]: [string, string, string],
): string[][] {
  const commands = [
    ...(status.isWaiting ? [`ucbulk stop ${status.run}`] : []),
    ...(isUnfinished(status.state) &&
    !status.isWaiting &&
    !status.isRunning &&
    !needsDecision(status)
      ? [resume]
      : []),
    ...(status.counts.failed > 0 ? [failed] : []),
    ...(status.counts['in-doubt'] > 0 ? [inDoubt] : []),
  ];
  return commands.map((command, index) => [index === 0 ? 'next' : '', command]);
}
