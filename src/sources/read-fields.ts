import { failureOf } from '../core/failure.ts';
import type { FileFacts, UncertainField } from '../core/file-facts.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';

/** Reads fields of one file that a listing left out. */
export interface ReadFields {
  /** The fields that can be read. A null in any other field is the service's own answer. */
  readonly fields: readonly UncertainField[];
  /** The facts with these fields filled in, one request each; a field that is still unknown stays null. */
  read(
    facts: FileFacts,
    fields: readonly UncertainField[],
    signal: AbortSignal,
  ): Promise<FileFacts>;
}

/** Metadata and tags have endpoints of their own, which always answer with the whole field. */
export function fieldReader({ metadata, tags }: Pick<RestClient, 'metadata' | 'tags'>): ReadFields {
  return {
    fields: ['metadata', 'tags'],
    async read(facts, fields, signal) {
      let complete = facts;
      if (fields.includes('tags')) {
        complete = { ...complete, tags: await orUnknown(tags.get(facts.uuid, signal)) };
      }
      if (fields.includes('metadata')) {
        complete = { ...complete, metadata: await orUnknown(metadata.all(facts.uuid, signal)) };
      }
      return complete;
    },
  };
}

/** The service refuses to say for this file: that is no reason to give up the others. */
function orUnknown<Field>(reading: Promise<Field | null>): Promise<Field | null> {
  return reading.catch((error: unknown) => {
    if (failureOf(error).kind === 'permanent') return null;
    throw error;
  });
}
