import { ClassifiedError } from '../core/failure.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Release } from '../core/with-cleanup.ts';
import type { Job } from '../job/job-schema.ts';
import { sourceDescriptor, sourceOptions } from '../job/source-schemas.ts';
import { keepInput, type ListContext } from '../sources/list-input.ts';
import type { StatePaths } from '../state/state-paths.ts';
import { findColumnNeeds } from './job-parts.ts';
import type { RunContext } from './run-request.ts';

/**
 * Checks the job's list before any request is sent. The list must exist and have the columns that the job
 * names. With `onBadRow: fail`, it must have no invalid row. Throws a `UserError` if the check fails.
 */
export async function checkList(job: Job, list: ListContext, signal: AbortSignal): Promise<void> {
  const { source } = job;
  try {
    const context = { ...list, needs: findColumnNeeds(job) };
    await sourceDescriptor(source).check?.(sourceOptions(source), context, signal);
  } catch (error) {
    throw toUserError(error);
  }
}

/** True if the job reads its list from standard input. */
export function readsInput({ source }: Job): boolean {
  return sourceDescriptor(source).readsInput?.(sourceOptions(source)) ?? false;
}

/**
 * Copies the list from standard input to a file and checks it. `defer` receives a function that removes the
 * file if the run can't start.
 */
export async function saveInput(
  job: Job,
  { paths, run, context, defer }: InputOptions,
  signal: AbortSignal,
): Promise<void> {
  const { files } = context.world;
  const inputPath = paths.input(run);
  defer(async () => {
    if (!(await files.exists(paths.ledger(run)))) await files.remove(inputPath);
  });
  context.log('info', {}, 'Reading the list on standard input');
  await keepInput(files, inputPath, signal);
  await checkList(job, { files, inputPath }, signal);
}

interface InputOptions {
  readonly paths: StatePaths;
  readonly run: RunId;
  readonly context: RunContext;
  readonly defer: (release: Release) => void;
}

function toUserError(error: unknown): unknown {
  if (!(error instanceof ClassifiedError) || error.fatalCause !== 'input') return error;
  const isComplete = error.code === 'bad_rows';
  const message = isComplete ? error.message : `${error.message} Nothing was sent.`;
  return new UserError('usage', message, { cause: error });
}
