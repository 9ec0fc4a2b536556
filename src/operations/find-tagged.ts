import type { SearchApi } from '../uploadcare/search-api.ts';
import type { ProbeVerdict } from './operation.ts';
import { INTENT_KEY } from './operation-context.ts';

/**
 * Looks for the files that carry a correlation tag. One is the effect of the request whose answer
 * was lost; several are repeats, all ours, and are named in the result.
 */
export async function findTagged(
  search: SearchApi,
  tag: string,
  signal: AbortSignal,
): Promise<ProbeVerdict> {
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
  if (first === undefined) return { kind: 'did-not-happen' };
  const duplicates = others.length === 0 ? {} : { duplicates: others };
  return { kind: 'happened', outcome: { kind: 'done', result: { file: first, ...duplicates } } };
}
