import { needsApi07 } from '../core/api-version.ts';
import type { FileFacts } from '../core/file-facts.ts';
import type { Item } from '../core/item.ts';
import type { SearchApi } from '../uploadcare/search-api.ts';
import type { ProbeVerdict } from './operation.ts';
import { INTENT_KEY, intentTag, type OperationContext } from './operation-context.ts';
import { type MadeFile, tokenOfMade } from './ready-output.ts';
import { uploaded } from './upload-transfer.ts';

/** `versionFault` of the operations that look for the result of a lost answer here. */
export const TAGS_NEED_07 = needsApi07(
  'a lost answer is found by metadata and search, which version 0.6 does not have',
);

/**
 * Looks for the file of an upload, which is ready as soon as it is there. Its size is checked as
 * after an answer that came: `sentBytes` is how many bytes were sent, null if that is not known.
 */
export async function findUploaded(
  search: SearchApi,
  { tag, sentBytes }: { readonly tag: string; readonly sentBytes: number | null },
  signal: AbortSignal,
): Promise<ProbeVerdict> {
  const files = await findFiles(search, tag, signal);
  const made = madeFrom(files);
  if (made === null) return { kind: 'did-not-happen' };
  const [first] = files;
  if (sentBytes === null || first?.isReady !== true) {
    return { kind: 'happened', outcome: { kind: 'done', result: made } };
  }
  const found = { uuid: first.uuid, size: first.size, sha256: null };
  const outcome = uploaded({ size: sentBytes }, found);
  if (outcome.kind !== 'done') return { kind: 'happened', outcome };
  return { kind: 'happened', outcome: { ...outcome, result: { ...made, ...outcome.result } } };
}

/**
 * Looks whether a request began its file, which may not be whole yet: it is waited for from now on,
 * since the request itself may be as old as such a wait is long.
 */
export async function findBegun(
  search: SearchApi,
  { item, context }: { readonly item: Item; readonly context: OperationContext },
  signal: AbortSignal,
): Promise<ProbeVerdict> {
  const made = madeFrom(await findFiles(search, intentTag(context, item), signal));
  if (made === null) return { kind: 'did-not-happen' };
  const since = context.serverNow();
  return { kind: 'started', token: tokenOfMade(made, { since, mayBeOlder: true }) };
}

/** Finds the files that carry a correlation tag, the oldest first. */
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
 * The file that a request made, out of those that carry its tag; null if there is none. Several are
 * repeats of one request: the result names them too.
 */
function madeFrom(files: readonly FileFacts[]): MadeFile | null {
  const [first, ...others] = files.map(({ uuid }) => uuid);
  if (first === undefined) return null;
  return { file: first, ...(others.length > 0 && { duplicates: others }) };
}
