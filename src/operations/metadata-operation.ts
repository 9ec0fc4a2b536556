import * as z from 'zod';
import type { FileUuid } from '../core/file-uuid.ts';
import type { Outcome } from '../core/outcome.ts';
import {
  blockSchema,
  metadataKeySchema,
  metadataSchema,
  stepFile,
} from '../job/job-value-schemas.ts';
import type { SendPermit } from '../transport/send.ts';
import type { MetadataApi } from '../uploadcare/metadata-api.ts';
import type { EachOperation } from './operation.ts';
import { skipMissing } from './skip-missing.ts';
import { uuidOf } from './uuid-of.ts';

/** The options of a `metadata` step. */
export const metadataOptions = blockSchema({
  ...stepFile,
  set: metadataSchema.default({}).describe('Keys to set or replace, with their values'),
  remove: z
    .array(metadataKeySchema, { error: 'a list of metadata keys' })
    .default([])
    .describe('Keys to remove; one that is not there is no failure'),
}).refine(({ set, remove }) => Object.keys(set).length + remove.length > 0, {
  error: 'neither sets nor removes a key',
});

type MetadataOptions = z.output<typeof metadataOptions>;

/** Sets and removes metadata keys, one request a key; safe to repeat. */
export function metadataOperation(api: MetadataApi, options: MetadataOptions): EachOperation {
  return {
    kind: 'metadata',
    shape: 'each',
    destructive: false,
    changesListing: false,
    doubt: { class: 'idempotent' },
    runItem: (item, permit) =>
      skipMissing(changeKeys(api, { uuid: uuidOf(item), ...options }, permit)),
  };
}

async function changeKeys(
  api: MetadataApi,
  { uuid, set, remove }: MetadataOptions & { uuid: FileUuid },
  permit: SendPermit,
): Promise<Outcome> {
  for (const [key, value] of Object.entries<string>(set))
    await api.set({ uuid, key }, value, permit);
  for (const key of remove) await api.remove({ uuid, key }, permit);
  return { kind: 'done' };
}
