import type { FileFacts } from '../core/file-facts.ts';
import type { Item } from '../core/item.ts';
import { itemUrl } from '../core/item-url.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import { parseUrl } from '../core/parse-url.ts';
import { compileGlob } from '../filters/glob.ts';

/** The content that a job expects from its imports. */
export interface ExpectedContent {
  /** Globs of MIME types, as in the job. */
  readonly globs: readonly string[];
  /** True if a MIME type matches one of `globs`. */
  readonly matches: (mimeType: string) => boolean;
}

/** Parses the option `expect` of a step: globs of MIME types. */
export function expectedContent(globs: readonly string[]): ExpectedContent {
  const compiled = globs.map(compileGlob);
  return { globs, matches: (mimeType) => compiled.some((matches) => matches(mimeType)) };
}

const WEB_PAGES: readonly string[] = ['text/html', 'application/xhtml+xml'];
const WEB_PAGE_ENDING = /\.(?:html?|xhtml|shtml)$/i;

/**
 * Decides the outcome of an item by the content of its imported file. Null if the content is not known yet.
 * If the job expects another content, the item fails and the file stays. If the job expects nothing special
 * and the file is a web page, the item gets a warning: many services return a page for a share link.
 */
export function judgeImport(
  item: Item,
  { info, result }: { readonly info: FileFacts; readonly result: JsonObject },
  expected: ExpectedContent | null,
): Outcome | null {
  const mimeType = info.mimeType?.split(';')[0]?.trim() ?? null;
  if (expected === null) {
    const isPage = mimeType !== null && isUnannouncedPage(item, mimeType);
    return { kind: 'done', result, ...(isPage && { warning: webPage(info, mimeType) }) };
  }
  if (mimeType === null) return null;
  if (expected.matches(mimeType)) return { kind: 'done', result };
  const wanted = expected.globs.join(' or ');
  const message = `The URL gave ${mimeType}, and the step expects ${wanted}. The service made file ${info.uuid}, which ucbulk did not delete. Look at the file, delete it if you do not want it, and correct the URL`;
  return { kind: 'failed', failure: { code: 'unexpected_content', message }, made: result };
}

/**
 * True if the file is a web page although its URL does not look like that of a page. False for a file of
 * another project, which may well be a page.
 */
function isUnannouncedPage(item: Item, mimeType: string): boolean {
  const isOfProject = item.details?.['file'] !== undefined;
  if (!WEB_PAGES.includes(mimeType.toLowerCase()) || isOfProject) return false;
  const url = itemUrl(item);
  const path = parseUrl(url)?.pathname ?? url;
  return !WEB_PAGE_ENDING.test(path);
}

function webPage({ uuid }: FileFacts, mimeType: string) {
  const message = `The URL gave a web page (${mimeType}), perhaps a share or login page instead of the file. Look at file ${uuid}. If you want pages, add expect: text/html to the step; if not, correct the URL and delete the file`;
  return { code: 'web_page', message };
}
