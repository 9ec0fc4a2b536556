import { displayWidth, splitCharacters, takeColumns } from '../progress/display-width.ts';

/** Number of columns that the end of a shortened name may fill. */
const END_COLUMNS = 10;

/**
 * Cuts a file name in its middle if it fills more than `maxColumns` columns of a terminal, so that its beginning and
 * its ending stay visible. Never cuts a character that consists of several code points, such as an emoji.
 */
export function shortenName(name: string, maxColumns: number): string {
  if (displayWidth(name) <= maxColumns) return name;
  const characters = splitCharacters(name);
  const start = takeColumns(characters, maxColumns - END_COLUMNS - 1);
  const end = takeColumns(characters.reverse(), END_COLUMNS).reverse();
  return `${start.join('')}…${end.join('')}`;
}
