import { assertNever } from '../core/assert-never.ts';
import { MOVE_COLUMNS, moveRows } from './move-rows.ts';
import { type Move, type MoveCounts, type MoveSettings, moves, noMoveCounts } from './moves.ts';
import { type RedirectSettings, redirectLines } from './redirect-lines.ts';
import { ROW_FORMATS, rowTexts } from './row-texts.ts';
import type { ReportedRun } from './run-items.ts';
import { type SqlSettings, sqlUpdates } from './sql-updates.ts';

/** Formats of the map. The map is a table that shows the new file or URL for each old one. */
export const MAP_FORMATS = [...ROW_FORMATS, 'sql', 'redirects'] as const;

/** A format of the map, with the settings of this format. */
export type MapForm =
  | { readonly as: (typeof ROW_FORMATS)[number] }
  | { readonly as: 'sql'; readonly sql: SqlSettings }
  | { readonly as: 'redirects'; readonly redirects: RedirectSettings };

/** Writes the map in a format, as pieces of text. */
export function mapTexts(
  run: ReportedRun,
  form: MapForm,
  settings: MoveSettings,
  counts: MoveCounts,
): Generator<string> {
  const read = (into: MoveCounts) => moves(run, settings, into);
  switch (form.as) {
    case 'csv':
    case 'ndjson':
    case 'json': {
      const heading = { type: 'move', run: run.run, columns: MOVE_COLUMNS } as const;
      return rowTexts(form.as, heading, moveRows(read(counts)));
    }
    case 'sql':
      return sqlUpdates(countOnce(read, counts), form.sql);
    case 'redirects':
      return redirectTexts(read, form.redirects, counts);
    default:
      return assertNever(form, 'form');
  }
}

/** Creates a function that reads the map, and adds its entries to `counts` only the first time. */
function countOnce(
  read: (counts: MoveCounts) => Generator<Move>,
  counts: MoveCounts,
): () => Generator<Move> {
  let isFirst = true;
  return () => {
    const into = isFirst ? counts : noMoveCounts();
    isFirst = false;
    return read(into);
  };
}

/** Writes the redirects of a map. Counts the old URLs that get no redirect. */
function redirectTexts(
  read: (counts: MoveCounts) => Generator<Move>,
  settings: RedirectSettings,
  counts: MoveCounts,
): Generator<string> {
  const onOmitted = () => {
    counts.unmatched += 1;
  };
  return redirectLines({ moves: countOnce(read, counts), onOmitted }, settings);
}
