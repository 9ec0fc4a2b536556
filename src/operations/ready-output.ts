import { formatDuration } from '../core/duration.ts';
import { parseFileUuid } from '../core/file-uuid.ts';
import type { JsonObject } from '../core/json.ts';
import type { FailureNote } from '../core/outcome.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import type { PollAnswer } from './operation.ts';

/** How long the file of a job that has ended is waited for, ms; a copy is ready after about a second (contract 3.6). */
const READY_WITHIN_MS = 10 * 60_000;

/** A file that a job made, and what its item ends with once the file can be used. */
export interface Output {
  readonly file: string;
  readonly result: JsonObject;
  /** Time since the service said that the job was through, ms. */
  readonly waitedMs: number;
  /** What the job is asked about by until then. */
  readonly token: string;
}

/**
 * Done once the file is whole. One that is not in time has failed: it is known that it was made, so
 * there is no doubt, and another request would make, and charge for, another one.
 */
export async function readyOutput(
  files: Pick<FilesApi, 'fileInfo'>,
  output: Output,
  signal: AbortSignal,
): Promise<PollAnswer> {
  const { file, result } = output;
  const info = await files.fileInfo(parseFileUuid(file), signal);
  // An unfinished copy calls itself ready; what is being processed has no size and no kind yet.
  const isWhole = info?.isReady === true && (info.size > 0 || info.isImage !== null);
  if (isWhole) return { kind: 'done', result };
  return notInTime(output, {
    code: 'output_not_ready',
    message: `The output ${file} was made, but could not be used`,
  });
}

/** Waited for while there is time; then it has failed as `failure` says. */
export function notInTime(
  { waitedMs, token }: Pick<Output, 'waitedMs' | 'token'>,
  { code, message }: FailureNote,
): PollAnswer {
  if (waitedMs < READY_WITHIN_MS) return { kind: 'running', token };
  const within = formatDuration(READY_WITHIN_MS);
  const failure = {
    code,
    message: `${message} within ${within}; look at it before anything is made again`,
  };
  return { kind: 'failed', failure };
}
