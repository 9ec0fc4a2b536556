import { assertNever } from '../core/assert-never.ts';
import { MOVE_COLUMNS, moveRows } from './move-rows.ts';
import { type MoveCounts, type MoveSettings, moves } from './moves.ts';
import { type RedirectSettings, redirectLines } from './redirect-lines.ts';
import { ROW_FORMATS, rowTexts } from './row-texts.ts';
import type { ReportedRun } from './run-items.ts';
import { type SqlSettings, sqlUpdates } from './sql-updates.ts';

/** How the table from old to new can be written. */
export const MAP_FORMATS = [...ROW_FORMATS, 'sql', 'redirects'] as const;

/** One of them, with what it has to be told. */
export type MapForm =
  | { readonly as: (typeof ROW_FORMATS)[number] }
  | { readonly as: 'sql'; readonly sql: SqlSettings }
  | { readonly as: 'redirects'; readonly redirects: RedirectSettings };

/** The table from old to new, as text, piece by piece. */
export function mapTexts(
  run: ReportedRun,
  form: MapForm,
  settings: MoveSettings,
  counts: MoveCounts,
): Generator<string> {
  const all = moves(run, settings, counts);
  switch (form.as) {
    case 'csv':
    case 'ndjson':
    case 'json': {
      const heading = { type: 'move', run: run.run, columns: MOVE_COLUMNS } as const;
      return rowTexts(form.as, heading, moveRows(all));
    }
    case 'sql':
      return sqlUpdates(all, form.sql);
    case 'redirects':
      return redirectLines(all, form.redirects);
    default:
      return assertNever(form, 'form');
  }
}
