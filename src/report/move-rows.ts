import type { Move } from './moves.ts';
import type { Row } from './row-texts.ts';

/** The columns of the map, which shows the new file or URL for each old one. */
export const MOVE_COLUMNS = [
  'item',
  'oldUrl',
  'state',
  'newFile',
  'newUrl',
  'object',
  'objectUrl',
  'group',
  'groupUrl',
  'thumbnails',
] as const;

/** Converts each line of the map to a row. */
export function* moveRows(all: Iterable<Move>): Generator<Row> {
  for (const move of all) {
    const { item, from, state, file, fileUrl, object, objectUrl, group, groupUrl, thumbnails } =
      move;
    yield {
      item,
      oldUrl: from.kind === 'path' ? null : from.url,
      state,
      newFile: file,
      newUrl: fileUrl,
      object,
      objectUrl,
      group,
      groupUrl,
      thumbnails,
    } satisfies Record<(typeof MOVE_COLUMNS)[number], Row[string]>;
  }
}
