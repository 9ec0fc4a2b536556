import { ClassifiedError } from '../core/failure.ts';
import { MAX_METADATA_KEYS, MAX_TAGS } from '../core/file-limits.ts';
import type { Item } from '../core/item.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { present } from '../core/present.ts';
import type { FromUrlOptions } from '../uploadcare/from-url-api.ts';
import { type ColumnMap, mapColumns } from './mapped-columns.ts';
import { INTENT_KEY } from './operation-context.ts';

/** What a copy of a file of another project may keep of it. */
export const KEPT = ['filename', 'metadata', 'tags'] as const;

/** What a job says of its imports. */
export interface ImportWishes extends Pick<FromUrlOptions, 'checkDuplicates' | 'saveDuplicates'> {
  readonly store: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags?: string[] | undefined;
  readonly map?: ColumnMap | undefined;
  readonly keep?: readonly (typeof KEPT)[number][] | undefined;
  readonly cdn?: string | undefined;
  /** MIME types that are expected; the service does not check them. */
  readonly expect?: readonly string[] | undefined;
}

/** What an item brings along. */
interface Brought {
  readonly sourceUrl: string;
  readonly filename?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
}

/**
 * The request that imports an item: a URL with the columns beside it, or a file of another project
 * with what its listing told. What the job says goes before what the item brings, our tag before
 * both. Throws where the file could not have all of it: then nothing is sent.
 */
export function importRequest(item: Item, wishes: ImportWishes, tag: string): FromUrlOptions {
  const { map, keep: _keep, cdn: _cdn, expect: _expect, tags: wanted = [], ...settings } = wishes;
  const brought = broughtBy(item, wishes);
  const { [INTENT_KEY]: _earlier, ...metadata } = { ...brought.metadata, ...wishes.metadata };
  const count = Object.keys(metadata).length;
  if (count >= MAX_METADATA_KEYS) throw tooMany('metadata keys', count, MAX_METADATA_KEYS - 1);
  const tags = [...new Set([...brought.tags, ...wanted])];
  if (tags.length > MAX_TAGS) throw tooMany('tags', tags.length, MAX_TAGS);
  return {
    ...settings,
    sourceUrl: brought.sourceUrl,
    ...present({ filename: brought.filename }),
    metadata: { ...metadata, [INTENT_KEY]: tag },
    ...(tags.length > 0 && { tags }),
  };
}

function broughtBy({ key, details }: Item, { map = {}, keep = KEPT, cdn }: ImportWishes): Brought {
  const file = blockOf(details?.['file']);
  if (file === null) {
    return { sourceUrl: key, ...mapColumns(map, blockOf(details?.['columns']) ?? {}), tags: [] };
  }
  const { filename, tags } = file;
  return {
    sourceUrl: urlOf(key, file, cdn),
    ...(keep.includes('filename') &&
      typeof filename === 'string' &&
      filename !== '' && { filename }),
    metadata: keep.includes('metadata') ? textsOf(blockOf(file['metadata']) ?? {}) : {},
    tags: keep.includes('tags') && Array.isArray(tags) ? tags.map(String) : [],
  };
}

function urlOf(uuid: string, { url }: JsonObject, cdn: string | undefined): string {
  if (cdn !== undefined) return `${cdn}/${uuid}/`;
  if (typeof url === 'string') return url;
  throw refused(
    'no_url',
    'The listing told no URL of the file: it was removed, or not ready. Run the job again once it is ready',
  );
}

function textsOf(block: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(block).map(([key, value]) => [key, String(value)]));
}

function blockOf(value: JsonValue | undefined): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
}

function tooMany(what: string, count: number, most: number): ClassifiedError {
  return refused(
    `too_many_${what.replace(' ', '_')}`,
    `The file would have ${count} ${what}, and ${most} are the most that it can take beside ${INTENT_KEY}. Nothing was sent; leave some out with keep, or take some from the old file`,
  );
}

function refused(code: string, message: string): ClassifiedError {
  return new ClassifiedError({ kind: 'permanent', effect: 'none', code, message });
}
