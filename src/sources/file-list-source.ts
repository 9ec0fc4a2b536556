import type { FileFacts } from '../core/file-facts.ts';
import type { ListQuery } from '../uploadcare/list-cursor.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import { lookUpFile } from './look-up-file.ts';
import { fieldReader } from './read-fields.ts';
import type { Candidate, Source } from './source.ts';

/** The project's files from the list endpoint; `next` is followed verbatim. */
export function fileListSource(
  client: Pick<RestClient, 'files' | 'metadata' | 'tags'>,
  query: ListQuery,
): Source {
  const { files } = client;
  return {
    kind: 'files',
    // Sizes repeat, so a change by others can move a file to a page that was not read yet.
    uniqueKeys: query.ordering?.endsWith('size') !== true,
    async readPage(cursor, signal) {
      const page = await files.listPage(cursor === null ? { query } : { cursor }, signal);
      const candidates = page.files.map(toCandidate);
      return { candidates, next: page.next, ...(page.total !== null && { total: page.total }) };
    },
    lookUp: (key, signal) => lookUpFile(files, key, signal),
    readFields: fieldReader(client),
  };
}

function toCandidate(facts: FileFacts): Candidate {
  return { key: facts.uuid, facts };
}
