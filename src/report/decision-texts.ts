import { csvLine } from './csv-line.ts';
import { itemRows } from './item-texts.ts';
import type { ReportedRun } from './run-items.ts';

/**
 * Lists the items with an unknown outcome as a CSV for a person to fill in. The person writes decisions into
 * the columns `as` and `file`, which `resolve --from` reads. All other columns help the person to decide.
 */
export function* decisionTexts(run: ReportedRun): Generator<string> {
  yield csvLine(['item', 'as', 'file', 'step', 'operation', 'at', 'reason', 'message']);
  for (const row of itemRows(run, ['in-doubt'])) {
    yield csvLine([row.item, '', '', row.step, row.operation, row.at, row.reason, row.message]);
  }
}
