import type { ListPorts } from './list-input.ts';
import { type ListKind, type ListOptions, listSource } from './list-source.ts';
import { shown } from './rejections.ts';
import type { Source } from './source.ts';

const MAX_URL_LENGTH = 4096; // longer ones are refused by servers on the way

/** How a list names URLs. */
export const URL_LIST: ListKind = {
  kind: 'urls',
  naming: ['url', 'source_url', 'source'],
  readKey,
};

/** URLs to import; the other columns of a list go along with each. */
export function urlListSource(options: ListOptions, ports: ListPorts): Source {
  return listSource(options, URL_LIST, ports);
}

/** A URL as browsers take it: spaces and letters beyond ASCII are encoded, all else stays. */
function readKey(text: string): { readonly key: string } | { readonly fault: string } {
  if (text.length > MAX_URL_LENGTH)
    return { fault: `a URL of more than ${MAX_URL_LENGTH} characters` };
  const given = text.trim();
  const isUrl = /^https?:\/\/[^\p{Cc}]+$/iu.test(given) && URL.canParse(given);
  if (!isUrl) return { fault: `not a URL of http or https: ${shown(text)}` };
  return { key: /^[!-~]+$/.test(given) ? given : new URL(given).href };
}
