import { ClassifiedError } from '../core/failure.ts';
import { MAX_TAGS } from '../core/file-limits.ts';
import type { Item } from '../core/item.ts';
import { itemUrl } from '../core/item-url.ts';
import { isJsonObject, type JsonObject, type JsonValue, texts } from '../core/json.ts';
import { present } from '../core/present.ts';
import type { FromUrlOptions } from '../uploadcare/from-url-api.ts';
import type { FromUrlStart } from '../uploadcare/wire/from-url-answer.ts';
import { type ColumnMap, mapColumns } from './mapped-columns.ts';
import { INTENT_KEY, markedMetadata } from './operation-context.ts';
import { createMadeToken } from './ready-output.ts';

const ADVICE = 'Leave some out with keep, or remove some from the old file';

/** The facts of a file in another project that its copy can keep. */
export const KEPT = ['filename', 'metadata', 'tags'] as const;

/** The options of a job for imports. */
export interface ImportOptions extends Pick<FromUrlOptions, 'checkDuplicates' | 'saveDuplicates'> {
  readonly store: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags?: string[] | undefined;
  readonly map?: ColumnMap | undefined;
  readonly keep?: readonly (typeof KEPT)[number][] | undefined;
  readonly cdn?: string | undefined;
  /** Expected MIME types, which ucbulk checks because the service does not. */
  readonly expect?: readonly string[] | undefined;
}

/** The facts about an item that its import uses. */
interface ItemFacts {
  readonly sourceUrl: string;
  readonly filename?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
}

/**
 * Creates the request that imports an item. The item is a URL with the columns of its row, or a file of
 * another project with its facts. Options of the job replace facts of the item, and ucbulk's own tag replaces
 * both. If the service does not allow so much metadata for a file, throws an error before anything is sent.
 */
export function importRequest(
  item: Item,
  options: ImportOptions,
  tag: string,
): FromUrlOptions & { readonly sourceUrl: string } {
  const { map, keep: _keep, cdn: _cdn, expect: _expect, tags: wanted = [], ...settings } = options;
  const facts = readItemFacts(item, options);
  const { [INTENT_KEY]: _earlier, ...metadata } = { ...facts.metadata, ...options.metadata };
  const marked = markedMetadata(metadata, tag, ADVICE);
  const tags = [...new Set([...facts.tags, ...wanted])];
  if (tags.length > MAX_TAGS) throw tooManyTags(tags.length);
  return {
    ...settings,
    sourceUrl: facts.sourceUrl,
    ...present({ filename: facts.filename }),
    metadata: marked,
    ...(tags.length > 0 && { tags }),
  };
}

/** The token with which ucbulk polls an import that was started. */
export function startToken(
  started: FromUrlStart,
  how: Parameters<typeof createMadeToken>[1] = {},
): string {
  return started.kind === 'file'
    ? createMadeToken({ file: started.file.uuid }, how)
    : started.token;
}

/** Appends a query to a URL, which may have a query and a fragment already. */
export function appendQuery(url: string, query: string | undefined): string {
  if (query === undefined) return url;
  const [, start = '', fragment = ''] = /^([^#]*)(.*)$/s.exec(url) ?? [];
  return `${start}${start.includes('?') ? '&' : '?'}${query}${fragment}`;
}

function readItemFacts(
  { key, details }: Item,
  { map = {}, keep = KEPT, cdn }: ImportOptions,
): ItemFacts {
  const file = asBlock(details?.['file']);
  if (file === null) {
    return {
      sourceUrl: itemUrl({ key, details }),
      ...mapColumns(map, asBlock(details?.['columns']) ?? {}),
      tags: [],
    };
  }
  const { filename, tags } = file;
  return {
    sourceUrl: fileUrl(key, file, cdn),
    ...(keep.includes('filename') &&
      typeof filename === 'string' &&
      filename !== '' && { filename }),
    metadata: keep.includes('metadata') ? texts(asBlock(file['metadata']) ?? {}) : {},
    tags: keep.includes('tags') && Array.isArray(tags) ? tags.map(String) : [],
  };
}

function fileUrl(uuid: string, { url }: JsonObject, cdn: string | undefined): string {
  if (cdn !== undefined) return `${cdn}/${uuid}/`;
  if (typeof url === 'string') return url;
  throw refused(
    'no_url',
    'The listing has no URL of the file: it was removed, or is not ready. Run the job again when it is ready',
  );
}

function asBlock(value: JsonValue | undefined): JsonObject | null {
  return isJsonObject(value) ? value : null;
}

function tooManyTags(count: number): ClassifiedError {
  return refused(
    'too_many_tags',
    `The file would have ${count} tags, and it can have at most ${MAX_TAGS} in addition to ${INTENT_KEY}. Nothing was sent. ${ADVICE}`,
  );
}

function refused(code: string, message: string): ClassifiedError {
  return new ClassifiedError({ kind: 'permanent', effect: 'none', code, message });
}
