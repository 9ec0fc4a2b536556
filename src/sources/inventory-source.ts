import * as z from 'zod';
import { formatDuration } from '../core/duration.ts';
import { readInventoryPage } from '../inventory/read-inventory.ts';
import { blockSchema, durationSchema } from '../job/job-value-schemas.ts';
import { defineSource, type SourceContext } from './descriptor.ts';
import { fileListSource } from './file-list-source.ts';
import type { Source } from './source.ts';

const DEFAULT_MAX_AGE_MS = 86_400_000;

/** The query of the listing that an inventory contains. Its cursors lead to the later pages of this listing. */
export const INVENTORY_QUERY = { ordering: 'datetime_uploaded', limit: 1000 } as const;

/**
 * Provides the files of an inventory, without a request. If a page must be checked before a delete, the
 * service lists this page: the pages of an inventory are the pages of the service's listing.
 */
function inventorySource({
  client,
  files,
  inventoryPath,
}: Pick<SourceContext, 'client' | 'files' | 'inventoryPath'>): Source {
  const listing = fileListSource(client, INVENTORY_QUERY);
  return {
    ...listing,
    kind: 'inventory',
    async readPage(cursor) {
      const place = { files, path: inventoryPath };
      const page = await readInventoryPage(place, cursor === null ? null : parse(cursor).offset);
      const candidates = page.files.map((facts) => ({ key: facts.uuid, facts }));
      return {
        candidates,
        next: page.next === null ? null : JSON.stringify(page.next),
        isStored: true,
      };
    },
    readAgain: (cursor, signal) =>
      listing.readPage(cursor === null ? null : parse(cursor).cursor, signal),
  };
}

const cursorSchema = z.object({ offset: z.int().min(0), cursor: z.string().nullable() });

function parse(cursor: string): z.output<typeof cursorSchema> {
  return cursorSchema.parse(JSON.parse(cursor));
}

/** The source `inventory`: the files that `ucbulk inspect` listed. */
export const inventory = defineSource({
  kind: 'inventory',
  options: blockSchema({
    maxAge: durationSchema

      .optional()
      .describe(
        'Maximum age of the inventory; 1d if absent. If it is older, ucbulk refuses the job',
      ),
  }),
  summary: 'Files of the project, from the listing that `ucbulk inspect` kept; no request',
  gives: () => 'file',
  tellsFacts: 'always',
  lists: 'service',
  describe: ({ maxAge = DEFAULT_MAX_AGE_MS }) =>
    `Takes all files of the inventory, which is at most ${formatDuration(maxAge)} old`,
  inventoryAge: ({ maxAge = DEFAULT_MAX_AGE_MS }) => maxAge,
  create: (_options, context) => inventorySource(context),
});
