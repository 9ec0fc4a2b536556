const URL_START = String.raw`https?:\/\/`;
const UUID = String.raw`[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}`;
const BETWEEN = String.raw`[\s,;|]["'(<\s]{0,8}`;

const SEVERAL_URLS = severalPattern(URL_START);
const SEVERAL_FILES = severalPattern(`(?:${URL_START}|${UUID})`);

/**
 * True if a text contains a second URL after a space or a separator. Some shops export all pictures of a
 * product in one cell.
 */
export function hasSeveralUrls(text: string): boolean {
  return SEVERAL_URLS.test(text);
}

/** True if a text names several files, by URLs or UUIDs. */
export function hasSeveralFiles(text: string): boolean {
  return SEVERAL_FILES.test(text);
}

function severalPattern(start: string): RegExp {
  return new RegExp(`^\\s*${start}.*?${BETWEEN}${start}`, 'is');
}
