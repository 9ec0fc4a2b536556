import type { Item } from '../core/item.ts';
import type { SearchApi } from '../uploadcare/search-api.ts';
import type { ProbeVerdict } from './operation.ts';
import { INTENT_KEY, intentTag, type OperationContext } from './operation-context.ts';
import { type MadeFile, tokenOfMade } from './ready-output.ts';

/** Looks whether a request made its file, which is ready as soon as it is there. */
export async function findTagged(
  search: SearchApi,
  tag: string,
  signal: AbortSignal,
): Promise<ProbeVerdict> {
  const made = await findMade(search, tag, signal);
  if (made === null) return { kind: 'did-not-happen' };
  return { kind: 'happened', outcome: { kind: 'done', result: made } };
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
  const made = await findMade(search, intentTag(context, item), signal);
  if (made === null) return { kind: 'did-not-happen' };
  const since = context.serverNow();
  return { kind: 'started', token: tokenOfMade(made, { since, mayBeOlder: true }) };
}

/**
 * Looks for the files that carry a correlation tag. One is the effect of the request whose answer
 * was lost; several are repeats, all ours, and are named in the result.
 */
async function findMade(
  search: SearchApi,
  tag: string,
  signal: AbortSignal,
): Promise<MadeFile | null> {
  const { files } = await search.find(
    {
      search: { exact: { metadata: { [INTENT_KEY]: [tag] } } },
      sort: ['datetime_uploaded'],
      limit: 10,
      offset: 0,
    },
    signal,
  );
  const [first, ...others] = files.map(({ uuid }) => uuid);
  if (first === undefined) return null;
  return { file: first, ...(others.length > 0 && { duplicates: others }) };
}
