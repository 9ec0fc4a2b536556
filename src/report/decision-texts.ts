import { csvLine } from './csv-line.ts';
import { itemRows } from './item-texts.ts';
import type { ReportedRun } from './run-items.ts';

/**
 * Items with an unknown outcome as a CSV to fill in. A person writes decisions into `as` and
 * `file`, and `resolve --from` reads them; the other columns help the person.
 */
export function* decisionTexts(run: ReportedRun): Generator<string> {
  yield csvLine(['item', 'as', 'file', 'step', 'operation', 'at', 'reason', 'message']);
  for (const row of itemRows(run, ['in-doubt'])) {
    yield csvLine([row.item, '', '', row.step, row.operation, row.at, row.reason, row.message]);
  }
}
