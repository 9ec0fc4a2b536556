import { csvLine } from './csv-line.ts';
import { itemRows } from './item-texts.ts';
import type { ReportedRun } from './run-items.ts';

/**
 * Writes a CSV of the items in doubt, in which a person enters decisions. `resolve --from` reads the
 * decisions from the columns `as` and `file`. The other columns help the person to decide.
 */
export function* decisionTexts(run: ReportedRun): Generator<string> {
  yield csvLine(['item', 'as', 'file', 'step', 'operation', 'at', 'reason', 'message']);
  for (const row of itemRows(run, ['in-doubt'])) {
    yield csvLine([row.item, '', '', row.step, row.operation, row.at, row.reason, row.message]);
  }
}
