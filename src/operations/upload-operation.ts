import type * as z from 'zod';
import type { Item } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import {
  blockSchema,
  flagSchema,
  metadataSchema,
  tagListSchema,
} from '../job/job-value-schemas.ts';
import type { SendPermit } from '../transport/send.ts';
import { MAX_DIRECT_BYTES } from '../uploadcare/direct-upload-api.ts';
import { PART_BYTES } from '../uploadcare/multipart-upload-api.ts';
import type { SearchApi } from '../uploadcare/search-api.ts';
import type { UploadClient } from '../uploadcare/upload-client.ts';
import { findTagged } from './find-tagged.ts';
import type { LocalFile, LocalFiles } from './local-files.ts';
import type { TransferOperation } from './operation.ts';
import { INTENT_KEY, intentTag, type OperationContext } from './operation-context.ts';

/** The options of an `upload` step. */
export const uploadOptions = blockSchema({
  store: flagSchema.default(true).describe('Whether the file is stored for good, or expires'),
  metadata: metadataSchema.default({}).describe('Metadata of every file'),
  tags: tagListSchema.optional().describe('Tags of every file'),
});

type UploadOptions = z.output<typeof uploadOptions>;

/** What uploading needs beside its options. */
export interface UploadPlace {
  readonly upload: Pick<UploadClient, 'direct' | 'multipart'>;
  readonly search: SearchApi;
  readonly files: LocalFiles;
}

/** Parts of one file that go up at once. */
const PARTS_AT_ONCE = 4;
/** The service looks at the bytes itself; the name's ending is all that we know. */
const CONTENT_TYPE = 'application/octet-stream';

/** Uploads local files, larger ones in parts. Every upload makes another file, so each carries a tag to be found by. */
export function uploadOperation(
  place: UploadPlace,
  options: UploadOptions,
  context: OperationContext,
): TransferOperation {
  return {
    kind: 'upload',
    shape: 'transfer',
    destructive: false,
    changesListing: true,
    doubt: {
      class: 'tagged',
      probe: (item, signal) => findTagged(place.search, intentTag(context, item), signal),
    },
    async transferItem(item, permit) {
      const file = await place.files.open(item);
      const settings = settingsFor(item, options, context);
      const isSmall = file.bytes.size < MAX_DIRECT_BYTES;
      const send = isSmall ? uploadDirectly : uploadInParts;
      return { kind: 'done', result: await send(place, { file, settings }, permit) };
    },
  };
}

interface Transfer {
  readonly file: LocalFile;
  readonly settings: ReturnType<typeof settingsFor>;
}

function settingsFor(
  item: Item,
  { store, metadata, tags }: UploadOptions,
  context: OperationContext,
) {
  return {
    store,
    metadata: { ...metadata, [INTENT_KEY]: intentTag(context, item) },
    ...(tags !== undefined && { tags }),
  };
}

async function uploadDirectly(
  { upload }: UploadPlace,
  { file, settings }: Transfer,
  permit: SendPermit,
): Promise<JsonObject> {
  const source = { filename: file.name, contentType: CONTENT_TYPE, bytes: file.bytes };
  return { file: await upload.direct.upload(source, settings, permit) };
}

async function uploadInParts(
  { upload }: UploadPlace,
  { file, settings }: Transfer,
  permit: SendPermit,
): Promise<JsonObject> {
  const size = file.bytes.size;
  const described = { filename: file.name, contentType: CONTENT_TYPE, size };
  const { uuid, parts } = await upload.multipart.start(described, settings, permit);
  const waiting = [...parts.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [place, url] = next;
      const bytes = file.part(place * PART_BYTES, PART_BYTES);
      await upload.multipart.putPart({ url, contentType: CONTENT_TYPE, bytes }, permit.signal);
    }
  };
  await Promise.all(Array.from({ length: PARTS_AT_ONCE }, worker));
  return { file: (await upload.multipart.complete(uuid, permit)).uuid };
}
