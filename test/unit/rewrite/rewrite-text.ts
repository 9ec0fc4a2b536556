import { KNOWN_CDN_HOSTS } from '../../../src/report/cdn-hosts.ts';
import { normalizeUrl, simpleHost } from '../../../src/rewrite/normalize-url.ts';
import type { ReferenceSettings } from '../../../src/rewrite/reference-edits.ts';
import { urlLookups } from '../../../src/rewrite/replacements.ts';
import {
  type Change,
  type ReferenceCounts,
  StreamRewriter,
} from '../../../src/rewrite/stream-rewriter.ts';

/** What a test's map has, and what is different from the usual. */
export interface TextSettings {
  readonly files?: Readonly<Record<string, string>>;
  readonly urls?: Readonly<Record<string, string>>;
  readonly oldHosts?: readonly string[];
  readonly newHost?: string;
  readonly bareUuids?: boolean;
  readonly sizes?: 'wordpress';
}

/** Settings of a rewriter with a map of its own. */
function settingsFor(given: TextSettings): ReferenceSettings {
  const { files = {}, urls = {}, oldHosts = [], newHost = null, bareUuids = false } = given;
  const listed = Object.entries(urls);
  const byForm = new Map(
    listed.flatMap(([url, next]) => [
      [url, next],
      [normalizeUrl(url) ?? url, next],
    ]),
  );
  const hosts = new Set(listed.map(([url]) => simpleHost(url) ?? ''));
  return {
    oldHosts: [...KNOWN_CDN_HOSTS, ...oldHosts],
    newHost,
    bareUuids,
    replacements: {
      hasUrls: Object.keys(urls).length > 0,
      findFile: (uuid) => files[uuid.toLowerCase()] ?? null,
      ...urlLookups((url) => byForm.get(url) ?? null, hosts, given.sizes),
    },
  };
}

/** Rewrites bytes (a character each) that come in pieces of these sizes, then the rest at once. */
export function rewriteText(
  text: string,
  given: TextSettings,
  sizes: readonly number[] = [],
): ReferenceCounts & { text: string; changes: Change[] } {
  const changes: Change[] = [];
  const rewriter = new StreamRewriter(settingsFor(given), {
    onChange: (change) => changes.push(change),
  });
  let from = 0;
  let out = '';
  for (const size of sizes) {
    out += rewriter.push(text.slice(from, from + size));
    from += size;
  }
  out += rewriter.push(text.slice(from)) + rewriter.end();
  return { text: out, ...rewriter.counts, changes };
}
