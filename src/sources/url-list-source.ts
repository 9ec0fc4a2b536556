// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of a job file.
import { parseUrl } from '../core/parse-url.ts';
import { blockSchema, variableSchema } from '../job/job-value-schemas.ts';
import { defineSource } from './descriptor.ts';
import type { ListContext } from './list-input.ts';
import {
  columnSchema,
  columnsSchema,
  describeList,
  listKeys,
  listParts,
  MISSING_COLUMN,
  NOT_SPLIT,
  splitsCsv,
} from './list-options.ts';
import { type ListKind, type ListOptions, listSource } from './list-source.ts';
import { quoteForMessage } from './rejections.ts';
import { hasSeveralUrls } from './several-items.ts';
import type { Source } from './source.ts';

const MAX_URL_LENGTH = 4096; // servers and proxies refuse longer URLs

const TOO_LONG = `a URL of more than ${MAX_URL_LENGTH} characters`;
const SEVERAL =
  'more than one URL: give each a row of its own, or write a space, comma, ; or | inside of a URL as %20, %2C, %3B or %7C';
const COMMENT =
  'a # behind a space: give a comment a line of its own, and write a # inside of a name as %23';
const DAMAGED = 'a URL with a damaged character in it: save the list as UTF-8';

/** The kind of list that contains URLs. */
const URL_LIST: ListKind = {
  kind: 'urls',
  // `item` is the column of `ucbulk report`.
  naming: ['url', 'source_url', 'source', 'item'],
  readKey,
};

/** Provides URLs to import. The other columns of a row are stored with its URL. */
export function urlListSource(options: ListOptions, context: ListContext): Source {
  return listSource(options, URL_LIST, context);
}

/** Describes what is wrong with a URL; null if nothing is. */
export function findUrlFault(text: string): string | null {
  const read = readKey(text);
  return 'fault' in read ? read.fault : null;
}

/**
 * Parses a URL as browsers do: encodes spaces and non-ASCII letters, and leaves everything else unchanged.
 */
function readKey(text: string): { readonly key: string } | { readonly fault: string } {
  if (text.length > MAX_URL_LENGTH) return { fault: TOO_LONG };
  const given = text.trim();
  if (hasSeveralUrls(given)) return { fault: `${SEVERAL}: ${quoteForMessage(given)}` };
  const url = /^https?:\/\/[^\p{Cc}\p{Zl}\p{Zp}]+$/iu.test(given) ? parseUrl(given) : null;
  if (url === null) return { fault: `not a URL of http or https: ${quoteForMessage(text)}` };
  if (/\s#/.test(given)) return { fault: `${COMMENT}: ${quoteForMessage(given)}` };
  if (/[\uFFFD\p{Cs}]/u.test(given)) return { fault: `${DAMAGED}: ${quoteForMessage(given)}` };
  const key = /^[!-~]+$/.test(given) ? given : url.href;
  return key.length > MAX_URL_LENGTH ? { fault: `${TOO_LONG}, as it is encoded` } : { key };
}

/** The source `urls`: URLs to import. */
export const urlList = defineSource({
  ...listParts(URL_LIST),
  kind: 'urls',
  options: blockSchema({
    ...listKeys(URL_LIST.naming),
    columns: columnsSchema
      .optional()
      .describe(`Other columns to store with each URL; all if absent. ${MISSING_COLUMN}`),
    key: columnSchema
      .optional()
      .describe(
        'Column that identifies a row, such as the id of a product; the URL identifies it if absent. A row with the same key is the same item, also in a later run of this job',
      ),
    query: variableSchema({ error: '${{ env.NAME }}: this query is a secret' })
      .optional()
      .describe(
        'Variable with a query that is appended to each URL when its request leaves, such as a SAS of Azure. ucbulk does not store it',
      ),
  }).refine(splitsCsv, NOT_SPLIT),
  summary: 'URLs to import, from a list (for `import-url`)',
  gives: () => 'url',
  describe: ({ query, ...options }) => {
    const appended = query === undefined ? '' : `, with the query in ${query.env}`;
    return `Takes the URLs in ${describeList(options)}${appended}`;
  },
  create: (options, { needs, ...context }) => urlListSource({ ...options, needs }, context),
});
