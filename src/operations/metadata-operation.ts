import * as z from 'zod';
import { needsApi07 } from '../core/api-version.ts';
import { ClassifiedError } from '../core/failure.ts';
import { MAX_METADATA_KEYS, MAX_METADATA_VALUE } from '../core/file-limits.ts';
import type { FileUuid } from '../core/file-uuid.ts';
import type { Item } from '../core/item.ts';
import type { JsonValue } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import {
  blockSchema,
  expressionSchema,
  metadataKeySchema,
  metadataSchema,
  stepFile,
} from '../job/job-value-schemas.ts';
import type { SendPermit } from '../transport/send.ts';
import type { MetadataApi } from '../uploadcare/metadata-api.ts';
import { defineOperation, PROJECT_FILES } from './descriptor.ts';
import { itemUuid } from './item-uuid.ts';
import type { EachOperation } from './operation.ts';
import { skipMissing } from './skip-missing.ts';

const metadataOptions = blockSchema({
  ...stepFile,
  set: metadataSchema.default({}).describe('Keys to set or replace, with their values'),
  setFrom: z
    .record(metadataKeySchema, expressionSchema, { error: 'a block of keys' })
    .default({})
    .describe('Keys with CEL expressions that calculate the value for each item'),
  remove: z
    .array(metadataKeySchema, { error: 'a list of metadata keys' })
    .default([])
    .describe('Keys to remove. A key that the file does not have is not a failure'),
})
  .refine(({ set, setFrom, remove }) => allKeys(set, setFrom).length + remove.length > 0, {
    error: 'neither sets nor removes a key',
  })
  .refine(({ set, setFrom }) => allKeys(set, setFrom).length <= MAX_METADATA_KEYS, {
    error: `has more than ${MAX_METADATA_KEYS} keys`,
  });

type MetadataOptions = z.output<typeof metadataOptions>;

/**
 * Creates the operation that sets and removes metadata keys, with one request per key. It does no harm to
 * send a request twice.
 */
function metadataOperation(api: MetadataApi, options: MetadataOptions): EachOperation {
  return {
    kind: 'metadata',
    shape: 'each',
    destructive: false,
    changesListing: false,
    doubt: { class: 'idempotent' },
    runItem: (item, permit) => {
      const set = { ...options.set, ...ownValues(item.values, options) };
      const { remove } = options;
      return skipMissing(changeKeys(api, { uuid: itemUuid(item), set, remove }, permit));
    },
  };
}

/** The values of the item's expressions in `setFrom`, as texts. */
function ownValues(
  values: Item['values'] | null,
  { setFrom }: MetadataOptions,
): Record<string, string> {
  return Object.fromEntries(
    Object.keys(setFrom).map((key) => [key, textFrom(values?.[key], key)] as const),
  );
}

/**
 * Joins a list into one text. Throws an error if the text is empty or too long, because a silently shortened
 * value would be wrong.
 */
function textFrom(value: JsonValue | undefined, key: string): string {
  const text = Array.isArray(value) ? value.join(', ') : String(value ?? '');
  const { length } = [...text];
  if (length > 0 && length <= MAX_METADATA_VALUE) return text;
  throw new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'bad_metadata_value',
    message: `setFrom.${key} gives ${length} characters; metadata takes 1 to ${MAX_METADATA_VALUE}`,
  });
}

interface KeyChanges {
  readonly uuid: FileUuid;
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

async function changeKeys(
  api: MetadataApi,
  { uuid, set, remove }: KeyChanges,
  permit: SendPermit,
): Promise<Outcome> {
  for (const [key, value] of Object.entries(set)) await api.set({ uuid, key }, value, permit);
  for (const key of remove) await api.remove({ uuid, key }, permit);
  return { kind: 'done' };
}

function allKeys(...blocks: readonly object[]): string[] {
  return blocks.flatMap((block) => Object.keys(block));
}

/** Sets and removes metadata. */
export const metadata = defineOperation({
  kind: 'metadata',
  versionFault: needsApi07('version 0.6 has no metadata'),
  options: metadataOptions,
  optionsText: 'Keys to set and to remove',
  takes: PROJECT_FILES,
  isRepeatable: true,
  skipIfDone: null,
  describe: ({ set, setFrom, remove }) =>
    `changes their metadata: ${[
      ...Object.keys({ ...set, ...setFrom }).map((key) => `sets ${key}`),
      ...remove.map((key) => `removes ${key}`),
    ].join(', ')}`,
  ownExpressions: ({ setFrom }) =>
    Object.entries(setFrom).map(([name, text]) => {
      return { name, path: ['with', 'setFrom', name], text };
    }),
  listedEffect(options, { file, values }) {
    const set = { ...options.set, ...ownValues(values, options) };
    const removed = options.remove.map((key) => [key, null] as const);
    return [{ uuid: file, metadata: { ...set, ...Object.fromEntries(removed) } }];
  },
  requests: ({ set, setFrom, remove }) => [
    {
      endpoint: 'PUT /files/{uuid}/metadata/{key}/',
      times: allKeys({ ...set, ...setFrom }).length,
    },
    { endpoint: 'DELETE /files/{uuid}/metadata/{key}/', times: remove.length },
  ],
  docs: {
    request: '`PUT`, `DELETE /files/{uuid}/metadata/{key}/`',
    perRequest: '1 per key',
    result: '–',
    lostAnswer: 'sent again',
  },
  create: (options, { client }) => metadataOperation(client.metadata, options),
});
