import { assertNever } from '../core/assert-never.ts';
import { formatCount } from '../core/counted.ts';
import { isUnfinished, type RunId } from '../core/run.ts';
import type { ControlChange, ControlRecord } from '../core/run-control.ts';
import { settledCount } from '../core/state-counts.ts';
import { UserError } from '../core/user-error.ts';
import { type ControlResult, controlRun, readControl } from '../state/control-run.ts';
import { readRun } from '../state/read-runs.ts';
import { isRunHeld } from '../state/run-locks.ts';
import type { RunStatus } from '../state/run-status.ts';
import { statePaths } from '../state/state-paths.ts';
import { isRunWaiting } from '../state/waiting-lock.ts';
import type { Invocation } from './command.ts';
import type { ExitCode } from './exit-code.ts';
import type { ResultDocument } from './output.ts';
import { findRunArgument } from './run-argument.ts';
import { formatInstant } from './text-table.ts';

/** A command that controls a run that another process works on. */
export type ControlCommand = 'pause' | 'continue' | 'stop' | 'set';

interface ControlOrder {
  readonly command: ControlCommand;
  /** RUN as the user typed it. */
  readonly run: string;
  readonly change: ControlChange;
}

/** Asks a run for something, waits until it obeys, and prints the result. */
export async function controlWorkingRun(
  invocation: Invocation,
  { command, run: text, change }: ControlOrder,
): Promise<ExitCode> {
  const { stateDirectory, surroundings, output, advice } = invocation;
  const { world } = surroundings;
  const wanted = await findRunArgument(text, invocation, 'active');
  const status = await readRun(stateDirectory, wanted, world);
  const { run } = status;
  const paths = statePaths(stateDirectory);
  const isWaiting = !isRunHeld(paths, run) && isRunWaiting(paths, run);
  if (isWaiting && (command === 'pause' || command === 'continue')) throw waits(command, run);
  if (!isWaiting && !isRunHeld(paths, run)) {
    if (command !== 'stop') throw notWorking({ command, change }, status, advice.resume(run));
    output.result({ type: 'control', command, run, outcome: 'ended', runState: status.state }, () =>
      output.fit(
        `No process works on run ${run}: it is ${status.state}. There is nothing to stop.`,
      ),
    );
    return 0;
  }
  const before = readControl(stateDirectory, run);
  const result = await controlRun(stateDirectory, { run, change }, world);
  const after = await readRun(stateDirectory, run, world);
  if (result.outcome === 'ended' && command !== 'stop') {
    throw notWorking({ command, change }, after, advice.resume(run));
  }
  output.result(controlDocument(command, after, result), () =>
    output.fit(resultText({ command, before, after, result, resume: advice.resume(run) })),
  );
  return result.outcome === 'unanswered' ? 5 : 0;
}

function waits(command: ControlCommand, run: RunId): UserError {
  return new UserError(
    'usage',
    `Run ${run} waits for its window or for another run, and sends nothing until then. There is nothing to ${command}. To end the wait: \`ucbulk stop ${run}\`.`,
  );
}

/** The error if no process works on the run, with the command that helps. */
function notWorking(
  { command, change }: Pick<ControlOrder, 'command' | 'change'>,
  status: RunStatus,
  resume: string,
): UserError {
  const { run, state } = status;
  const what = command === 'set' ? 'Nothing was changed' : `There is nothing to ${command}`;
  if (!isUnfinished(state)) {
    return new UserError('usage', `Run ${run} has ended: it is ${state}. ${what}.`);
  }
  if (command !== 'set') {
    return new UserError(
      'usage',
      `No process works on run ${run}: it is ${state}. ${what}. To continue it: \`${resume}\`.`,
    );
  }
  return new UserError(
    'usage',
    `No process works on run ${run}: it is ${state}. ${what}, because \`set\` only changes a run that works. To continue it with these limits: \`${resume}${limitFlags(change)}\`.`,
  );
}

function limitFlags({ rate, concurrency }: ControlChange): string {
  return [
    ...(rate == null ? [] : [` --rate ${rate}`]),
    ...(concurrency == null ? [] : [` --concurrency ${concurrency}`]),
  ].join('');
}

function controlDocument(
  command: ControlCommand,
  { run, state: runState }: RunStatus,
  { outcome, control, hasEnded }: ControlResult,
): ResultDocument {
  const { state, rate, concurrency, maxRate, maxConcurrency, askedAt, appliedAt } = control;
  return {
    type: 'control',
    command,
    run,
    outcome,
    hasEnded,
    runState,
    state,
    rate,
    concurrency,
    maxRate,
    maxConcurrency,
    askedAt: formatInstant(askedAt),
    appliedAt: appliedAt === null ? null : formatInstant(appliedAt),
  };
}

interface Report {
  readonly command: ControlCommand;
  readonly before: ControlRecord | null;
  readonly after: RunStatus;
  readonly result: ControlResult;
  readonly resume: string;
}

function resultText(report: Report): string {
  const { command, before, after, result, resume } = report;
  const { run } = after;
  if (result.outcome === 'unanswered') return unansweredText(run);
  switch (command) {
    case 'pause':
      return `Run ${run} is paused. It sends nothing, and still records the answers to requests that it has sent. To continue: \`ucbulk continue ${run}\`.`;
    case 'continue':
      return before?.state === 'paused' ? `Run ${run} continues.` : `Run ${run} was not paused.`;
    case 'stop':
      return stopText(report, resume);
    case 'set':
      return limitsText(run, result.control);
    default:
      return assertNever(command, 'command');
  }
}

function stopText({ after, result }: Report, resume: string): string {
  const { run, state, counts } = after;
  if (!result.hasEnded) {
    return `Run ${run} sends nothing new, and waits for the answers to requests that it has sent. \`ucbulk status ${run} --watch\` shows when it has ended.`;
  }
  const progress = `${formatCount(settledCount(counts))} of ${formatCount(counts.total)} items have ended`;
  return state === 'finished'
    ? `Run ${run} has finished: ${progress}.`
    : `Run ${run} has stopped: ${progress}. To continue: \`${resume}\`.`;
}

/** Describes the limits that the run keeps to, and why one differs from what the user asked for. */
function limitsText(run: RunId, control: ControlRecord): string {
  const { rate, concurrency, maxRate, maxConcurrency } = control;
  const rateText =
    maxRate === null
      ? 'as fast as the service allows'
      : `at most ${maxRate} ${maxRate === 1 ? 'request' : 'requests'}/s`;
  const lower = [
    ...(rate !== null && maxRate !== null && maxRate < rate ? ['the rate'] : []),
    ...(concurrency !== null && (maxConcurrency ?? 0) < concurrency ? ['the concurrency'] : []),
  ];
  const why =
    lower.length === 0
      ? ''
      : ` The job or the command line of the run allows less than you asked for: ${lower.join(' and ')} stays lower.`;
  return `Run ${run} now works ${rateText}, with at most ${maxConcurrency} ${maxConcurrency === 1 ? 'request' : 'requests'} in flight.${why}`;
}

function unansweredText(run: RunId): string {
  return `Run ${run} has not confirmed yet. It obeys as soon as it reads the request: \`ucbulk status ${run}\` shows that. If an older version of ucbulk started it, it never reads requests: press Ctrl-C in its shell, or send SIGTERM to its process.`;
}
