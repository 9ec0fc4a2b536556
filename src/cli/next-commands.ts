import { formatCount } from '../core/counted.ts';
import type { FatalCause } from '../core/failure.ts';
import { isUnfinished } from '../core/run.ts';
import { settledCount } from '../core/state-counts.ts';
import { type StopReason, waitsForAnswer } from '../engine/run-stop.ts';
import type { FailedPaid, RunEnd } from '../run/run-request.ts';
import type { Advice } from './command-advice.ts';

/** The facts with which a summary offers commands. */
export interface NextHelp {
  readonly advice: Advice;
  /** True if `ucbulk retry` would take at least one of the failed items. */
  readonly canRetry: boolean;
}

/** A command, and what it does. */
type NextCommand = [command: string, why: string];

/** Returns the commands that help after the end of a run, the most important first. */
export function nextCommands(end: RunEnd, { advice, canRetry }: NextHelp): NextCommand[] {
  return [
    ...checkCommands(end, advice),
    ...resumeCommands(end, advice),
    ...doubtCommands(end, advice),
    ...failedCommands(end, { advice, canRetry }),
    ...(hasWarnings(end)
      ? [[advice.items(end.run, 'done'), 'which have a warning, and why'] satisfies NextCommand]
      : []),
    ...newRunCommands(end, advice),
  ];
}

/** True if a person should check some items: they are done, but have a warning. */
export function hasWarnings({ reasons }: Pick<RunEnd, 'reasons'>): boolean {
  return reasons.some(({ state }) => state === 'done');
}

/** The causes of a stop that `ucbulk doctor` examines. */
const EXAMINED: readonly (FatalCause | undefined)[] = ['credentials', 'configuration', 'service'];

function checkCommands({ stop, verified, run }: RunEnd, advice: Advice): NextCommand[] {
  if (stop?.kind === 'fatal' && EXAMINED.includes(stop.failure.fatalCause)) {
    return [[advice.doctor(), 'checks keys, connection and state directory']];
  }
  if ((verified?.different ?? 0) > 0) {
    return [[advice.verify(run), 'compares again, and names the effects that are missing']];
  }
  return [];
}

function resumeCommands({ counts, run, state, stop }: RunEnd, advice: Advice): NextCommand[] {
  const isOpen = counts.total > settledCount(counts) + counts['in-doubt'];
  if (!isUnfinished(state) || (!isOpen && stop === null) || isInJob(stop)) return [];
  return [[resumeCommand(stop, advice.resume(run)), explainResume(stop)]];
}

function doubtCommands({ counts, run }: RunEnd, advice: Advice): NextCommand[] {
  if (counts['in-doubt'] === 0) return [];
  return [
    [advice.items(run, 'in-doubt'), 'sent, outcome unknown: check before sending again'],
    [advice.decisions(run), 'then write your decisions into this file'],
    [advice.resolve(run, '--from decisions.csv'), 'and record them'],
  ];
}

function failedCommands({ counts, run, state }: RunEnd, help: NextHelp): NextCommand[] {
  if (counts.failed === 0) return [];
  const { advice, canRetry } = help;
  const list: NextCommand = [advice.items(run, 'failed'), 'which failed, and why'];
  if (state !== 'finished') return [list];
  return canRetry
    ? [list, [advice.retry(run), 'gives failed items a new attempt']]
    : [list, [advice.failedList(run), 'no failed item can be retried: a list for a new job']];
}

function newRunCommands({ state, failedPaid: again }: RunEnd, advice: Advice): NextCommand[] {
  if (state !== 'finished' || again?.jobFile == null) return [];
  return [[advice.run(again.jobFile), explainPaidRerun(again)]];
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
 * Returns the command for a resume. After a guard, or if the budget in the job is spent, the command contains
 * `--job FILE`: the ledger still has the old limit, and every resume with it would stop at once. If nobody has answered
 * the question of the run, it contains `--yes`, which is the answer.
 */
function resumeCommand(stop: StopReason | null, resume: string): string {
  if (waitsForAnswer(stop)) return `${resume} --yes`;
  if (stop?.kind === 'window') return `${resume} --wait`;
  return stop?.kind === 'guard' || mustBeRaised(stop) ? `${resume} --job FILE` : resume;
}

/** True if a fault in the job file caused the stop. Every resume would then stop for the same reason. */
function isInJob(stop: StopReason | null): boolean {
  return stop?.kind === 'fatal' && stop.failure.fatalCause === 'job';
}

function mustBeRaised(stop: StopReason | null): boolean {
  return stop?.kind === 'budget' && stop.mustBeRaised === true;
}

const CONTINUES = 'continues where the run stopped';

function explainResume(stop: StopReason | null): string {
  if (stop?.kind === 'fatal') return explainFatal(stop.failure.fatalCause);
  if (stop?.kind === 'window') return `waits for the window; ${CONTINUES}`;
  if (stop?.kind === 'canary') return 'look at the results first; continues with the other items';
  if (waitsForAnswer(stop)) {
    return 'agrees to these deletes and payments; without --yes, it asks on a terminal';
  }
  if (stop?.kind === 'guard') return `raise the guard in FILE first; ${CONTINUES}`;
  if (mustBeRaised(stop)) return `raise the budget in FILE first; ${CONTINUES}`;
  return CONTINUES;
}

function explainFatal(cause: FatalCause | undefined): string {
  if (cause === 'account') return `settle the account first; ${CONTINUES}`;
  if (cause === 'disk-full') return `free disk space first; ${CONTINUES}`;
  if (cause === 'service') return `when the service works again: ${CONTINUES}`;
  if (cause === 'bug') return `tries again; ${CONTINUES}`;
  return `fix that first; ${CONTINUES}`;
}
