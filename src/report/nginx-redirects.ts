import { ScratchSet } from '../ledger/scratch-set.ts';
import { SCALED_OPERATION, sizedPattern, sizeOperation } from './picture-sizes.ts';
import {
  distinctRedirects,
  type Redirect,
  type RedirectSource,
  redirectKey,
  redirects,
} from './redirects.ts';

/** Maximum length of a word that nginx accepts in its configuration, bytes. */
const MAX_WORD = 4000;
/** Memory that nginx needs for an entry of a map in addition to the key, bytes. */
const ENTRY_BYTES = 32;
const MIN_BUCKET = 128;
const MIN_HASH = 2048;
const MAX_HASH = 1 << 22;

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/**
 * Writes a file that can be included in the `http` block of nginx.conf. It sets the variable `$moved` to the
 * new URL of a request; if there is none, to an empty text. nginx ignores case when it looks up a key in a
 * `map`. So each value contains its key again, and a second map compares this key exactly.
 */
export function* nginxRedirects(source: RedirectSource): Generator<string> {
  const keys = readKeys(source);
  try {
    yield heading(keys);
    yield 'map $request_uri $moved_file {\n  default "";\n';
    yield `  "~^/(?<moved_uuid>${UUID})(?<moved_rest>[/?].*)?$" $moved_uuid;\n}\n`;
    yield 'map $moved_file $moved_tree {\n  default "";\n';
    yield* lines(source, 'tree', treeLine);
    yield '}\n';
    yield 'map $moved_tree $moved_tree_url {\n  default "";\n';
    yield '  "~^= (?<moved_copy>.+)$" $moved_copy;\n  "~^http" $moved_tree$moved_rest;\n}\n';
    yield 'map $host$request_uri $moved_entry {\n  default "";\n';
    yield* lines(source, 'url', (one) => urlLine(one, keys));
    yield '}\n';
    yield 'map "$host$request_uri $moved_entry" $moved_url {\n  default "";\n';
    yield '  "~ = (?<moved_exact>[^ ]+)$" $moved_exact;\n';
    yield '  "~^(?<moved_key>[^ ]+) \\k<moved_key> (?<moved_to>[^ ]+)$" $moved_to;\n}\n';
    if (source.sizes === undefined) {
      yield 'map $moved_url $moved {\n  default $moved_url;\n  "" $moved_tree_url;\n}\n';
    } else {
      yield* sizeMaps(source, keys);
    }
  } finally {
    keys.clashing.close();
  }
}

/** Writes the maps for smaller versions of pictures. They are searched after all other maps. */
function* sizeMaps(source: RedirectSource, keys: Keys): Generator<string> {
  yield 'map $host$request_uri $moved_picture {\n  default "";\n';
  yield `  "~${sizedPattern('moved_')}" "$moved_name$moved_ending";\n}\n`;
  yield 'map $moved_picture $moved_picture_entry {\n  default "";\n';
  yield* lines(source, 'sizes', (one) => urlLine(one, keys));
  yield '}\n';
  yield 'map "$moved_picture $moved_picture_entry" $moved_picture_url {\n  default "";\n';
  yield '  "~ = (?<moved_picture_exact>[^ ]+)$" $moved_picture_exact;\n';
  yield '  "~^(?<moved_picture_key>[^ ]+) \\k<moved_picture_key> (?<moved_picture_to>[^ ]+)$" $moved_picture_to;\n}\n';
  yield 'map "$moved_picture_url $moved_size" $moved_sized {\n  default "";\n';
  yield `  "~^http[^ ]+ scaled$" "\${moved_picture_url}${SCALED_OPERATION}";\n`;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: nginx reads this variable.
  const operation = sizeOperation('${moved_size}');
  yield `  "~^http[^ ]+ " "\${moved_picture_url}${operation}";\n}\n`;
  yield 'map $moved_tree_url $moved_other {\n  default $moved_tree_url;\n  "" $moved_sized;\n}\n';
  yield 'map $moved_url $moved {\n  default $moved_url;\n  "" $moved_other;\n}\n';
}

/** Facts about all keys of the map. ucbulk must know them before it writes the first key. */
interface Keys {
  readonly count: number;
  /** Length of the longest key, bytes. */
  readonly longest: number;
  /** Keys that differ from another key only in case, written in lower case. */
  readonly clashing: ScratchSet;
}

function readKeys(source: RedirectSource): Keys {
  const clashing = ScratchSet.open();
  const lower = ScratchSet.open();
  const exact = ScratchSet.open();
  let count = 0;
  let longest = 0;
  try {
    for (const one of redirects(source)) {
      const key = redirectKey(one);
      count += 1;
      if (one.kind === 'tree' || isTooLong(one) || exact.add([key]).length === 0) continue;
      longest = Math.max(longest, Buffer.byteLength(key));
      const isNew = lower.add([key.toLowerCase()]).length > 0;
      if (!isNew) clashing.add([key.toLowerCase()]);
    }
  } catch (error) {
    clashing.close();
    throw error;
  } finally {
    lower.close();
    exact.close();
  }
  return { count, longest, clashing };
}

function heading({ count, longest }: Keys): string {
  const bucket = Math.max(MIN_BUCKET, powerOfTwo(longest + ENTRY_BYTES));
  const size = Math.min(MAX_HASH, Math.max(MIN_HASH, powerOfTwo(count * 2)));
  return `# Include this file in the http block of nginx.conf; in a server block: if ($moved) { return 301 $moved; }
# If your configuration sets the next two itself, delete them here and set at least these values there.
map_hash_bucket_size ${bucket};
map_hash_max_size ${size};
`;
}

/**
 * Writes one line for each old address, and only one, because nginx rejects a map in which a key occurs
 * twice.
 */
function* lines(
  source: RedirectSource,
  kind: Redirect['kind'],
  line: (one: Redirect) => string,
): Generator<string> {
  const findKey = (one: Redirect) => (isTooLong(one) ? null : redirectKey(one));
  const all = ofKind(redirects(source), kind);
  for (const one of distinctRedirects(all, findKey, source.onOmitted)) yield line(one);
}

function* ofKind(all: Iterable<Redirect>, kind: Redirect['kind']): Generator<Redirect> {
  for (const one of all) if (one.kind === kind) yield one;
}

function urlLine(one: Redirect, { clashing }: Keys): string {
  const key = redirectKey(one);
  // Two kinds of keys need a regular expression, which nginx compares exactly: keys that differ from another
  // key only in case, and keys with `$`. In a value, nginx would read `$` as a variable, so the value can't
  // contain such a key.
  if (clashing.has(key.toLowerCase()) || key.includes('$')) {
    return `  "~^${escapeQuotes(escapeRegExp(key))}$" "= ${one.url}";\n`;
  }
  return `  "${escapeQuotes(key)}" "${escapeQuotes(key)} ${one.url}";\n`;
}

function treeLine({ path, url, keepsRest }: Redirect): string {
  return `  "${path.slice(1)}" "${keepsRest ? url.replace(/\/$/, '') : `= ${url}`}";\n`;
}

function isTooLong(one: Redirect): boolean {
  const key = redirectKey(one);
  return Buffer.byteLength(escapeQuotes(escapeRegExp(key))) + Buffer.byteLength(one.url) > MAX_WORD;
}

/** Escapes a text for a regular expression that matches exactly this text. */
function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, (sign) => `\\${sign}`);
}

function escapeQuotes(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, atLeast)));
}
