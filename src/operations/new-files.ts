import { isRefusal } from '../core/failure.ts';
import type { FileFacts } from '../core/file-facts.ts';
import type { FilePage, FilesApi, PageStart } from '../uploadcare/files-api.ts';
import type { StepRequest } from './descriptor.ts';
import type { NewFiles, PollAnswer, RemoteJob } from './operation.ts';
import { CLOCK_SLACK_MS } from './operation-context.ts';
import { judgeOutput, type Output } from './ready-output.ts';

/** Number of files on a page of the listing. */
const PAGE_SIZE = 1000;
/** A page must show at least this number of wanted files. Otherwise, reading the others alone costs less. */
const WORTH_A_PAGE = 2;

/**
 * The request that reads the new files of jobs. Their number on one page depends on the rate of the run; ten
 * is usual.
 */
export const NEW_FILES_REQUEST: StepRequest = { endpoint: 'GET /files/', items: 10 };

/**
 * Creates the reader of the new files of jobs. Each request is billed, so ucbulk lists the newest files of the
 * project instead of reading each file. `toOutput` returns the file that a token names; null if the token
 * names none.
 */
export function createNewFiles(
  files: Pick<FilesApi, 'listPage'>,
  toOutput: (job: RemoteJob) => Output | null,
  { isPartOfJob = false }: { readonly isPartOfJob?: boolean } = {},
): NewFiles {
  return {
    isPartOfJob,
    isNamedIn: (token) => toOutput({ ...NO_JOB, token }) !== null,
    async pollTogether(jobs, signal) {
      const outputs = jobs.map(toOutput);
      const found = await listNewest(files, outputs.filter(isListed), signal);
      return outputs.map((output): PollAnswer | null => {
        const facts = output === null ? undefined : found.get(output.file);
        return output === null || facts === undefined ? null : judgeOutput(facts, output);
      });
    },
  };
}

/** A job of which only the token matters. */
const NO_JOB = { startedAt: 0, ageMs: 0 } as RemoteJob;

type ListedOutput = Output & { readonly sentAt: number };

/** True if the file is certainly not older than its request, so that a listing from then on shows it. */
function isListed(output: Output | null): output is ListedOutput {
  return output !== null && output.sentAt !== null;
}

/** Lists the files that were uploaded since the first of these requests. */
async function listNewest(
  files: Pick<FilesApi, 'listPage'>,
  outputs: readonly ListedOutput[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FileFacts>> {
  const found = new Map<string, FileFacts>();
  const wanted = new Set(outputs.map(({ file }) => file));
  if (wanted.size < WORTH_A_PAGE) return found;
  const first = Math.min(...outputs.map(({ sentAt }) => sentAt));
  const from = new Date(first - CLOCK_SLACK_MS).toISOString();
  let start: PageStart = { query: { ordering: 'datetime_uploaded', limit: PAGE_SIZE, from } };
  while (wanted.size >= WORTH_A_PAGE) {
    const page: FilePage | null = await files.listPage(start, signal).catch(unlessRefused);
    const hits = page?.files.filter(({ uuid }) => wanted.delete(uuid)) ?? [];
    for (const facts of hits) found.set(facts.uuid, facts);
    if (page?.next == null || hits.length < WORTH_A_PAGE) break;
    start = { cursor: page.next };
  }
  return found;
}

/** If the service refuses the listing, each file is read alone. */
function unlessRefused(error: unknown): null {
  if (isRefusal(error)) return null;
  throw error;
}
