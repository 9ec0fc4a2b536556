import { createHash } from 'node:crypto';
import { errorMessage } from '../core/error-message.ts';
import { UserError } from '../core/user-error.ts';
import { readOwnText } from '../package/own-files.ts';
import { escapedJson } from './escaped-json.ts';
import type { PageStart } from './shapes.ts';

/** The script and the style sheet of the page, as `npm run build` bundles them. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/** The origins from which a page may load pictures, and its other permissions. */
export interface PageRights {
  /** Sources of pictures, as in `img-src`, such as `https://ucarecdn.com` or `data:`. */
  readonly pictures: readonly string[];
  /**
   * - `own`: the page may ask its own server
   * - `files`: the page may load scripts that are beside it
   * - `none`: the page asks nobody
   */
  readonly asks: 'own' | 'files' | 'none';
}

/** A page as HTML, and its Content Security Policy, which the HTML contains too. */
export interface PageHtml {
  readonly html: string;
  readonly policy: string;
}

/** Reads the bundled page. In a checkout that was not built, the file does not exist. */
export async function readPageAssets(): Promise<PageAssets> {
  const read = (name: string) => readOwnText(`dist/page/${name}`);
  try {
    return { script: read('page.js'), style: read('page.css') };
  } catch (error) {
    throw missingPage(error);
  }
}

/** Writes a page with its data. The page contains its script and style sheet, and needs no other file. */
export function createPageHtml(
  { script, style }: PageAssets,
  start: PageStart,
  rights: PageRights,
): PageHtml {
  const policy = pagePolicy({ script, style }, rights);
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>ucbulk</title>
<style>${style}</style>
<body>
<div id="page"><noscript>This page needs JavaScript.</noscript></div>
<script type="application/json" id="start">${escapedJson(start)}</script>
<script>${script}</script>
</body>
</html>
`;
  return { html, policy };
}

function pagePolicy({ script, style }: PageAssets, { pictures, asks }: PageRights): string {
  const files = asks === 'files' ? " 'self' file:" : '';
  const parts = [
    "default-src 'none'",
    `script-src ${hashSource(script)}${files}`,
    `style-src ${hashSource(style)}`,
    `img-src ${pictures.length === 0 ? "'none'" : pictures.join(' ')}`,
    ...(asks === 'own' ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return parts.join('; ');
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function missingPage(cause: unknown): UserError {
  return new UserError(
    'configuration',
    `The page of ucbulk can't be read: ${errorMessage(cause)} Install ucbulk again. In a checkout, run \`npm run build\`.`,
    { cause },
  );
}
