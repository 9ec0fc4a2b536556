import { assertNever } from '../core/assert-never.ts';
import { ClassifiedError, toFailure } from '../core/failure.ts';
import { settledCount } from '../core/state-counts.ts';
import { UserError, type UserErrorKind } from '../core/user-error.ts';
import type { StopReason } from '../engine/run-stop.ts';
import { JobFileError } from '../job/job-file-error.ts';
import type { RunEnd } from '../run/run-request.ts';
import type { StopSignal } from './surroundings.ts';

/** Every exit code with its meaning; `docs/exit-codes.md` has the details. */
export const EXIT_CODES = {
  0: 'all selected items are done',
  1: 'finished, but some items failed',
  2: 'wrong usage, job file or list',
  3: 'credentials or configuration',
  5: 'incomplete, can be resumed',
  6: 'the plan has something to do',
  7: 'stopped by a guard',
  8: 'a budget is spent, can be resumed',
  10: 'out of time, can be resumed',
  11: 'items are in doubt',
  12: 'locked by another process',
  70: 'a bug in ucbulk',
  130: 'stopped by the user, can be resumed',
  143: 'terminated, can be resumed',
} as const;

/**
 * The meaning of the exit code after an error that ended the program. It does not say "can be resumed",
 * because the error may have happened before a run was created.
 */
export function errorMeaning(code: ExitCode): string {
  return EXIT_CODES[code].replace(/, can be resumed$/, '');
}

export type ExitCode = keyof typeof EXIT_CODES;

// If several codes apply, the program ends with the one that comes first in this list.
const PRECEDENCE: readonly ExitCode[] = [70, 130, 143, 3, 2, 12, 7, 8, 10, 5, 11, 1, 6];

const USER_ERROR_CODES: Readonly<Record<UserErrorKind, ExitCode>> = {
  usage: 2,
  'not-found': 2,
  configuration: 3,
  locked: 12,
  refused: 7,
  'outside-window': 10,
  'budget-spent': 8,
};

/** The exit code of a run that reached its end or stopped early. */
export function exitCodeForEnd(end: RunEnd, signal: StopSignal | null): ExitCode {
  const open = end.counts.total - settledCount(end.counts) - end.counts['in-doubt'];
  const holds = new Set<ExitCode>();
  if (end.stop !== null) holds.add(exitCodeForStop(end.stop, signal));
  if (end.state === 'declined') holds.add(7);
  if (signal !== null && end.state !== 'finished') holds.add(exitCodeForSignal(signal));
  if (open > 0) holds.add(5);
  if (end.counts['in-doubt'] > 0) holds.add(11);
  const differs = (end.verified?.different ?? 0) > 0;
  if (end.counts.failed > 0 || differs || isNothingFound(end)) holds.add(1);
  return PRECEDENCE.find((code) => holds.has(code)) ?? 0;
}

/** Returns the exit code with which the program ends if both of these codes apply. */
export function winningCode(one: ExitCode, other: ExitCode): ExitCode {
  return PRECEDENCE.find((code) => code === one || code === other) ?? 0;
}

/**
 * True if the project contains none of the files in the user's list. Then the list or the API keys are wrong.
 */
export function isNothingFound({ counts, reasons }: Pick<RunEnd, 'counts' | 'reasons'>): boolean {
  const missing = reasons.find(({ reason, step }) => reason === 'missing' && step === undefined);
  return counts.total > 0 && missing?.state === 'skipped' && missing.count === counts.total;
}

/** The exit code of an error that ended the program. */
export function exitCodeForError(error: unknown, signal: StopSignal | null): ExitCode {
  if (error instanceof StoppedBySignal) return exitCodeForSignal(error.signal);
  if (error instanceof JobFileError) return 2;
  if (error instanceof UserError) return USER_ERROR_CODES[error.kind];
  return exitCodeForFailure(toFailure(error), signal);
}

/** The exit code after a signal stopped the work. SIGHUP has the code of SIGTERM. */
export function exitCodeForSignal(signal: StopSignal): ExitCode {
  return signal === 'SIGINT' ? 130 : 143;
}

function exitCodeForStop(stop: StopReason, signal: StopSignal | null): ExitCode {
  switch (stop.kind) {
    case 'fatal':
      return exitCodeForFailure(stop.failure, signal);
    case 'guard':
    case 'declined':
    case 'canary':
      return 7;
    case 'budget':
      return 8;
    case 'duration':
    case 'window':
      return 10;
    case 'user':
      return exitCodeForSignal(signal ?? 'SIGINT');
    default:
      return assertNever(stop, 'stop reason');
  }
}

function exitCodeForFailure(failure: ClassifiedError, signal: StopSignal | null): ExitCode {
  if (failure.kind === 'canceled') return exitCodeForSignal(signal ?? 'SIGINT');
  if (failure.kind !== 'fatal') return 5;
  switch (failure.fatalCause) {
    case 'credentials':
    case 'configuration':
    case 'account':
      return 3;
    case 'input':
    case 'job':
      return 2;
    case 'service':
    case 'disk-full':
      return 5;
    case 'bug':
    case undefined:
      return 70;
    default:
      return assertNever(failure.fatalCause, 'cause');
  }
}

/** The error if a signal stopped the work before the first item. */
class StoppedBySignal extends Error {
  override readonly name = 'StoppedBySignal';
  readonly signal: StopSignal;

  constructor(signal: StopSignal) {
    super(
      `Stopped by ${signal} before the first item. No run was created, and an existing run did not change.`,
    );
    this.signal = signal;
  }
}

/**
 * If a signal canceled the work, returns an error that names the signal. Returns any other error unchanged.
 */
export function explainStop(signal: StopSignal | null, error: unknown): unknown {
  const isOurStop = error instanceof ClassifiedError && error.kind === 'canceled';
  return signal !== null && isOurStop ? new StoppedBySignal(signal) : error;
}
