import stringWidth from 'string-width';

/** Number of columns that the end of a shortened name may fill. */
const END_COLUMNS = 10;

/**
 * Cuts a file name in its middle if it fills more than `maxColumns` columns of a terminal, so that its beginning and
 * its ending stay visible. Never cuts a character that consists of several code points, such as an emoji.
 */
export function shortenName(name: string, maxColumns: number): string {
  if (stringWidth(name) <= maxColumns) return name;
  const characters = Array.from(new Intl.Segmenter().segment(name), ({ segment }) => segment);
  const start = takeColumns(characters, maxColumns - END_COLUMNS - 1);
  const end = takeColumns(characters.reverse(), END_COLUMNS).reverse();
  return `${start.join('')}…${end.join('')}`;
}

/** The first characters that together fill at most this number of columns. */
function takeColumns(characters: readonly string[], columns: number): string[] {
  let left = columns;
  const end = characters.findIndex((character) => {
    left -= stringWidth(character);
    return left < 0;
  });
  return characters.slice(0, end === -1 ? characters.length : end);
}
