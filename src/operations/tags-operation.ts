import type * as z from 'zod';
import { needsApi07 } from '../core/api-version.ts';
import { MAX_TAG_LENGTH, MAX_TAGS } from '../core/file-limits.ts';
import type { Item } from '../core/item.ts';
import type { JsonValue } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import { present } from '../core/present.ts';
import {
  blockSchema,
  expressionSchema,
  stepFile,
  tagListSchema,
} from '../job/job-value-schemas.ts';
import type { SendPermit } from '../transport/send.ts';
import type { TagsApi } from '../uploadcare/tags-api.ts';
import { defineOperation, PROJECT_FILES } from './descriptor.ts';
import { itemUuid } from './item-uuid.ts';
import type { EachOperation } from './operation.ts';
import { skipMissing } from './skip-missing.ts';

const tagsOptions = blockSchema({
  ...stepFile,
  add: tagListSchema.optional().describe('Tags to add'),
  addFrom: expressionSchema
    .optional()
    .describe('CEL expression that calculates the tags to add to each item: a text or a list'),
  remove: tagListSchema.optional().describe('Tags to remove'),
  set: tagListSchema
    .optional()
    .describe(
      "Exactly these tags; the file loses all others. Can't be combined with the other options",
    ),
})
  .refine((given) => Object.keys(given).length > 0, {
    error: 'neither adds, removes nor sets a tag',
  })
  .refine(
    ({ add, addFrom, remove, set }) =>
      set === undefined || (add ?? addFrom ?? remove) === undefined,
    { error: 'has both set and add or remove; use set alone' },
  );

type TagsOptions = z.output<typeof tagsOptions>;

/** Creates the operation that changes the tags of files. It does no harm to send a request twice. */
function tagsOperation(tags: TagsApi, options: TagsOptions): EachOperation {
  return {
    kind: 'tags',
    shape: 'each',
    destructive: false,
    changesListing: false,
    doubt: { class: 'idempotent' },
    runItem: (item, permit) => skipMissing(changeTags(tags, { item, options }, permit)),
  };
}

async function changeTags(
  tags: TagsApi,
  { item, options }: { item: Item; options: TagsOptions },
  permit: SendPermit,
): Promise<Outcome> {
  const { set, remove, addFrom } = options;
  if (set !== undefined) {
    await tags.put(itemUuid(item), set, permit);
    return { kind: 'done' };
  }
  const add = tagsToAdd(item, options);
  const change = {
    ...(add.length > 0 && { add }),
    ...present({ delete: remove }),
  };
  // The change is empty if none of the item's values results in a tag. Then no request is needed.
  if (Object.keys(change).length > 0) await tags.patch(itemUuid(item), change, permit);
  return addFrom === undefined ? { kind: 'done' } : { kind: 'done', result: { tags: add } };
}

/** The tags for a file: those that the step adds to all files, and those from the item's own expressions. */
function tagsToAdd({ values }: Item, { add = [], addFrom }: TagsOptions): string[] {
  const own = addFrom === undefined ? [] : tagsFrom(values?.['add']);
  return [...new Set([...add, ...own])].slice(0, MAX_TAGS);
}

/** Converts texts to tags: lower case, with `-` instead of characters that the service does not accept. */
function tagsFrom(value: JsonValue | undefined): string[] {
  const texts = Array.isArray(value) ? value : [value];
  const tags = texts.map((text) => {
    const bare = String(text ?? '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, '-');
    return bare.slice(0, MAX_TAG_LENGTH).replaceAll(/^-+|-+$/g, '');
  });
  return [...new Set(tags.filter((tag) => tag !== ''))];
}

function describeTags({ add, addFrom, remove, set }: TagsOptions): string {
  if (set !== undefined) return `sets their tags to ${set.join(', ')}`;
  const parts = [
    ...(add === undefined ? [] : [`adds ${add.join(', ')}`]),
    ...(addFrom === undefined ? [] : [`adds the value of ${addFrom}`]),
    ...(remove === undefined ? [] : [`removes ${remove.join(', ')}`]),
  ];
  return `changes their tags: ${parts.join('; ')}`;
}

/** Changes the tags of files. */
export const tags = defineOperation({
  kind: 'tags',
  versionFault: needsApi07('version 0.6 has no tags'),
  options: tagsOptions,
  optionsText: 'Tags to add, to remove or to set',
  takes: PROJECT_FILES,
  isRepeatable: true,
  skipIfDone: null,
  describe: describeTags,
  ownExpressions: ({ addFrom }) =>
    addFrom === undefined ? [] : [{ name: 'add', path: ['with', 'addFrom'], text: addFrom }],
  listedEffect({ set, add = [], remove = [] }, { file, result }) {
    if (set !== undefined) return [{ uuid: file, tags: set, withoutTags: 'others' }];
    const own = Array.isArray(result?.['tags']) ? result['tags'] : [];
    const tags = [...new Set([...add, ...own.map(String)])];
    return [{ uuid: file, tags, withoutTags: remove.filter((tag) => !tags.includes(tag)) }];
  },
  requests: ({ set }) => [
    { endpoint: set === undefined ? 'PATCH /files/{uuid}/tags/' : 'PUT /files/{uuid}/tags/' },
  ],
  docs: {
    request: '`PATCH`, `PUT /files/{uuid}/tags/`',
    perRequest: '1',
    result: '–',
    lostAnswer: 'sent again',
  },
  create: (options, { client }) => tagsOperation(client.tags, options),
});
