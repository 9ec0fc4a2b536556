const URL_START = String.raw`https?:\/\/`;
const UUID = String.raw`[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}`;
const BETWEEN = String.raw`[\s,;|]["'(<\s]{0,8}`;

const SEVERAL_URLS = severalOf(URL_START);
const SEVERAL_FILES = severalOf(`(?:${URL_START}|${UUID})`);

/** True if another URL follows behind a space or a separator: shops keep all pictures of an article in one cell. */
export function hasSeveralUrls(text: string): boolean {
  return SEVERAL_URLS.test(text);
}

/** The same for files, which a UUID names too. */
export function hasSeveralFiles(text: string): boolean {
  return SEVERAL_FILES.test(text);
}

function severalOf(start: string): RegExp {
  return new RegExp(`^\\s*${start}.*?${BETWEEN}${start}`, 'is');
}
