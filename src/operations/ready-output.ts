import { formatDuration } from '../core/duration.ts';
import type { FileFacts } from '../core/file-facts.ts';
import { parseFileUuid } from '../core/file-uuid.ts';
import type { JsonObject } from '../core/json.ts';
import type { FailureNote, Outcome } from '../core/outcome.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import type { PollAnswer, RemoteJob } from './operation.ts';
import { CLOCK_SLACK_MS } from './operation-context.ts';

/**
 * Maximum wait for a file after its job has ended, ms. A copy is usually ready after a second
 * (docs/uploadcare-api.md 3.6).
 */
const READY_WITHIN_MS = 10 * 60_000;

/** A file that a remote job made, and the result of its item. */
export interface Output {
  readonly file: string;
  readonly result: JsonObject;
  /** Time since the service reported the end of the job, ms. */
  readonly waitedMs: number;
  /** The token for further polls. */
  readonly token: string;
  /** Server time of the request, ms; null if the file may be older than the request. */
  readonly sentAt: number | null;
  /** Decides the outcome by the content of the file. Absent if every complete file makes its item done. */
  readonly judge?: Judge;
}

/**
 * Decides the outcome of an item by its new file. Null if the service does not yet report enough about the
 * file.
 */
export type Judge = (info: FileFacts, result: JsonObject) => Outcome | null;

/**
 * Polls a new file. The item is done when the file is complete. If that takes too long, the item has failed.
 * It is not in doubt, because the file exists, and another request would make and charge for another file.
 */
export async function readyOutput(
  files: Pick<FilesApi, 'fileInfo'>,
  output: Output,
  signal: AbortSignal,
): Promise<PollAnswer> {
  return judgeOutput(await files.fileInfo(parseFileUuid(output.file), signal), output);
}

/** Decides about a job by its new file; `info` is null if the project does not have this file. */
export function judgeOutput(info: FileFacts | null, output: Output): PollAnswer {
  const { file, result, sentAt } = output;
  const isOlder = info !== null && sentAt !== null && info.uploadedAt < sentAt - CLOCK_SLACK_MS;
  if (isOlder) return olderFile(file, info.uploadedAt);
  // An unfinished copy reports `isReady` too, but its size and type are still missing.
  const isWhole = info?.isReady === true && (info.size > 0 || info.isImage !== null);
  if (isWhole) {
    const end =
      output.judge === undefined ? ({ kind: 'done', result } as const) : output.judge(info, result);
    if (end !== null) return end;
    return notInTime(output, {
      code: 'content_unknown',
      message: `The output ${file} was made, but the service did not report its type`,
    });
  }
  return notInTime(output, {
    code: 'output_not_ready',
    message: `The output ${file} was made, but could not be used`,
  });
}

/**
 * The result if the answer names a file that is older than the request. The request can't have made this
 * file, so its effect is unknown.
 */
function olderFile(file: string, uploadedAt: number): PollAnswer {
  const since = new Date(uploadedAt).toISOString();
  return {
    kind: 'in-doubt',
    code: 'answer_names_older_file',
    message: `The service reports ${file} as the new file, but that file is older than the request (uploaded ${since}). Look for the new file, then decide with \`ucbulk resolve\``,
  };
}

/** The result of a request that made a file. */
export type MadeFile = JsonObject & { readonly file: string };

/** A file that may be incomplete. The ledger stores it as the token of the job. */
interface Awaited {
  readonly made: MadeFile;
  /** Server time when ucbulk began to wait for the file, ms. Absent if this was the start of the job. */
  readonly since?: number;
  /**
   * Present if the file may be older than the last request: ucbulk found it by its tag, or the service
   * returned an earlier import.
   */
  readonly mayBeOlder?: true;
}

/**
 * Creates the token of a job that only waits for its new file. The ledger stores the token, so another
 * process can continue to wait.
 */
export function createMadeToken(made: MadeFile, how: Omit<Awaited, 'made'> = {}): string {
  const awaited: Awaited = { made, ...how };
  return JSON.stringify(awaited);
}

/**
 * Parses a token that `createMadeToken` created. Null for a token of the service. Such a token contains no
 * braces.
 */
export function parseMadeToken(token: string): Awaited | null {
  return token.startsWith('{') ? (JSON.parse(token) as Awaited) : null;
}

/** The file that the token of a job names, as `readyOutput` needs it. */
export function toMadeOutput(
  { made, since, mayBeOlder }: Awaited,
  job: RemoteJob,
  judge?: Judge,
): Output {
  const began = since ?? job.startedAt;
  const waitedMs = job.startedAt + job.ageMs - began;
  const token = createMadeToken(made, { since: began, ...(mayBeOlder && { mayBeOlder }) });
  const sentAt = mayBeOlder ? null : job.startedAt;
  return {
    file: made.file,
    result: made,
    waitedMs,
    token,
    sentAt,
    ...(judge !== undefined && { judge }),
  };
}

/**
 * Continues to wait for the file, until `READY_WITHIN_MS` is over. After that, the item fails with the note.
 */
export function notInTime(
  { waitedMs, token, result }: Pick<Output, 'waitedMs' | 'token' | 'result'>,
  { code, message }: FailureNote,
): PollAnswer {
  if (waitedMs < READY_WITHIN_MS) return { kind: 'running', token };
  const within = formatDuration(READY_WITHIN_MS);
  const failure = {
    code,
    message: `${message} within ${within}. Look at it before you make it again`,
  };
  return { kind: 'failed', failure, made: result };
}
