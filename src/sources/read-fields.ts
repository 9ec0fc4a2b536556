import { toFailure } from '../core/failure.ts';
import type { FileFacts, UncertainField } from '../core/file-facts.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';

/** Reads fields of a file that a listing left out. */
export interface ReadFields {
  /** The fields that can be read. Any other field stays unknown if the listing left it out. */
  readonly fields: readonly UncertainField[];
  /** Reads these fields of a file, one request for each field. A field that is still unknown is null. */
  read(
    facts: FileFacts,
    fields: readonly UncertainField[],
    signal: AbortSignal,
  ): Promise<FileFacts>;
}

/** Reads metadata and tags from their own endpoints, which never leave out parts of them. */
export function fieldReader({ metadata, tags }: Pick<RestClient, 'metadata' | 'tags'>): ReadFields {
  return {
    fields: ['metadata', 'tags'],
    async read(facts, fields, signal) {
      let complete = facts;
      if (fields.includes('tags')) {
        complete = { ...complete, tags: await nullIfRefused(tags.get(facts.uuid, signal)) };
      }
      if (fields.includes('metadata')) {
        complete = { ...complete, metadata: await nullIfRefused(metadata.all(facts.uuid, signal)) };
      }
      return complete;
    },
  };
}

/** Null if the service refuses to answer for this file. The other files are still read. */
function nullIfRefused<Field>(reading: Promise<Field | null>): Promise<Field | null> {
  return reading.catch((error: unknown) => {
    if (toFailure(error).kind === 'permanent') return null;
    throw error;
  });
}
