import { formatDuration } from '../core/duration.ts';
import type { FileFacts } from '../core/file-facts.ts';
import { parseFileUuid } from '../core/file-uuid.ts';
import type { JsonObject } from '../core/json.ts';
import type { FailureNote, Outcome } from '../core/outcome.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import type { PollAnswer, RemoteJob } from './operation.ts';
import { CLOCK_SLACK_MS } from './operation-context.ts';

/** How long the file of a job that has ended is waited for, ms; a copy is ready after about a second (api 3.6). */
const READY_WITHIN_MS = 10 * 60_000;

/** A file that a job made, and what its item ends with once the file can be used. */
export interface Output {
  readonly file: string;
  readonly result: JsonObject;
  /** Time since the service said that the job was through, ms. */
  readonly waitedMs: number;
  /** What the job is asked about by until then. */
  readonly token: string;
  /** When its request was sent, server time, ms; null if the file may be older than that. */
  readonly sentAt: number | null;
  /** How the item ends by what the file is; null if that is not known yet. Done if absent. */
  readonly judge?: Judge;
}

/** Decides how an item ends by the file that was made for it; null if the service does not say enough yet. */
export type Judge = (info: FileFacts, result: JsonObject) => Outcome | null;

/**
 * Done once the file is whole. One that is not in time has failed: it is known that it was made, so
 * there is no doubt, and another request would make, and charge for, another one.
 */
export async function readyOutput(
  files: Pick<FilesApi, 'fileInfo'>,
  output: Output,
  signal: AbortSignal,
): Promise<PollAnswer> {
  const { file, result, sentAt } = output;
  const info = await files.fileInfo(parseFileUuid(file), signal);
  const isOlder = info !== null && sentAt !== null && info.uploadedAt < sentAt - CLOCK_SLACK_MS;
  if (isOlder) return olderFile(file, info.uploadedAt);
  // An unfinished copy calls itself ready; what is being processed has no size and no kind yet.
  const isWhole = info?.isReady === true && (info.size > 0 || info.isImage !== null);
  if (isWhole) {
    const end =
      output.judge === undefined ? ({ kind: 'done', result } as const) : output.judge(info, result);
    if (end !== null) return end;
    return notInTime(output, {
      code: 'content_unknown',
      message: `The output ${file} was made, but the service did not say what kind of file it is`,
    });
  }
  return notInTime(output, {
    code: 'output_not_ready',
    message: `The output ${file} was made, but could not be used`,
  });
}

/** The answer names a file that was there before: nobody knows what the request made, if anything. */
function olderFile(file: string, uploadedAt: number): PollAnswer {
  const since = new Date(uploadedAt).toISOString();
  return {
    kind: 'in-doubt',
    code: 'answer_names_older_file',
    message: `The service says that it made ${file}, but that file is older than the request (uploaded ${since}). Look for the file that was made, then decide with \`ucbulk resolve\``,
  };
}

/** What came of a request: a file, with what else is to be told of it. */
export type MadeFile = JsonObject & { readonly file: string };

/** A file that was made, and may not be whole yet: what its job is asked about by. */
interface Awaited {
  readonly made: MadeFile;
  /** Since when it is waited for, server time, ms; since its job began where absent. */
  readonly since?: number;
  /** True if the file may be older than the last request: it was found by our tag, or was imported before. */
  readonly mayBeOlder?: true;
}

/** The token of a job of which nothing is left but the file that it made: it survives the process. */
export function tokenOfMade(made: MadeFile, how: Omit<Awaited, 'made'> = {}): string {
  const awaited: Awaited = { made, ...how };
  return JSON.stringify(awaited);
}

/** What such a token is of; null for a token of the service's, which has no braces. */
export function madeOf(token: string): Awaited | null {
  return token.startsWith('{') ? (JSON.parse(token) as Awaited) : null;
}

/** Waits for a file that was made. */
export function awaitMade(
  files: Pick<FilesApi, 'fileInfo'>,
  { made, since, mayBeOlder }: Awaited,
  {
    job,
    signal,
    judge,
  }: { readonly job: RemoteJob; readonly signal: AbortSignal; readonly judge?: Judge },
): Promise<PollAnswer> {
  const began = since ?? job.startedAt;
  const waitedMs = job.startedAt + job.ageMs - began;
  const token = tokenOfMade(made, { since: began, ...(mayBeOlder && { mayBeOlder }) });
  const sentAt = mayBeOlder ? null : job.startedAt;
  const output = {
    file: made.file,
    result: made,
    waitedMs,
    token,
    sentAt,
    ...(judge !== undefined && { judge }),
  };
  return readyOutput(files, output, signal);
}

/** Waited for while there is time; then it has failed as `failure` says. */
export function notInTime(
  { waitedMs, token, result }: Pick<Output, 'waitedMs' | 'token' | 'result'>,
  { code, message }: FailureNote,
): PollAnswer {
  if (waitedMs < READY_WITHIN_MS) return { kind: 'running', token };
  const within = formatDuration(READY_WITHIN_MS);
  const failure = {
    code,
    message: `${message} within ${within}; look at it before anything is made again`,
  };
  return { kind: 'failed', failure, made: result };
}
