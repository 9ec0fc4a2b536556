import { needsApi07 } from '../core/api-version.ts';
import type { FileFacts } from '../core/file-facts.ts';
import type { Item } from '../core/item.ts';
import type { SearchApi } from '../uploadcare/search-api.ts';
import type { ProbeVerdict } from './operation.ts';
import { INTENT_KEY, intentTag, type OperationContext } from './operation-context.ts';
import { createMadeToken, type MadeFile } from './ready-output.ts';
import { uploaded } from './upload-transfer.ts';

/**
 * The fault of a job with version 0.6 of the REST API, if an operation of the job needs tags. After a lost
 * answer, such an operation searches for its file by tag, and version 0.6 has no tags.
 */
export const TAGS_NEED_07 = needsApi07(
  'a lost answer is found by metadata and search, which version 0.6 does not have',
);

/**
 * Finds the uploaded file by its tag. An uploaded file is complete as soon as it exists. Compares its size
 * with the number of sent bytes; `sentBytes` is null if this number is unknown.
 */
export async function findUploaded(
  search: SearchApi,
  {
    tag,
    sentBytes,
    readContent,
  }: {
    readonly tag: string;
    readonly sentBytes: number | null;
    /** Returns the SHA-256 of the content that was sent; null if it is no longer known. */
    readonly readContent: () => Promise<string | null>;
  },
  signal: AbortSignal,
): Promise<ProbeVerdict> {
  const files = await findFiles(search, tag, signal);
  const made = madeFrom(files);
  if (made === null) return { kind: 'did-not-happen' };
  const [first] = files;
  if (sentBytes === null || first?.isReady !== true) {
    return { kind: 'happened', outcome: { kind: 'done', result: made } };
  }
  const found = { uuid: first.uuid, size: first.size, sha256: await readContent() };
  const outcome = uploaded({ size: sentBytes }, found);
  if (outcome.kind !== 'done') return { kind: 'happened', outcome };
  return { kind: 'happened', outcome: { ...outcome, result: { ...made, ...outcome.result } } };
}

/**
 * Finds the file of a request by its tag. The file may still be incomplete, so ucbulk then polls it. The wait
 * for the complete file starts now and not at the request, which may be older than the longest wait.
 */
export async function findBegun(
  search: SearchApi,
  { item, context }: { readonly item: Item; readonly context: OperationContext },
  signal: AbortSignal,
): Promise<ProbeVerdict> {
  const made = madeFrom(await findFiles(search, intentTag(context, item), signal));
  if (made === null) return { kind: 'did-not-happen' };
  const since = context.serverNow();
  return { kind: 'started', token: createMadeToken(made, { since, mayBeOlder: true }) };
}

/** Finds the files that ucbulk gave this tag, oldest first. */
async function findFiles(
  search: SearchApi,
  tag: string,
  signal: AbortSignal,
): Promise<readonly FileFacts[]> {
  const { files } = await search.find(
    {
      search: { exact: { metadata: { [INTENT_KEY]: [tag] } } },
      sort: ['datetime_uploaded'],
      limit: 10,
      offset: 0,
    },
    signal,
  );
  return files;
}

/**
 * Chooses the file of a request from the files with its tag; null if there is none. If there are several,
 * repeated requests made the others. The result names them as duplicates.
 */
function madeFrom(files: readonly FileFacts[]): MadeFile | null {
  const [first, ...others] = files.map(({ uuid }) => uuid);
  if (first === undefined) return null;
  return { file: first, ...(others.length > 0 && { duplicates: others }) };
}
