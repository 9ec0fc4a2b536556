import { csvLine } from './csv-line.ts';
import { itemRows } from './item-rows.ts';
import type { ReportedRun } from './run-items.ts';

/**
 * What is in doubt as a CSV to fill in: `as` and `file` are for a person's word, which `resolve
 * --from` reads; the columns behind them are for the person.
 */
export function* decisionTexts(run: ReportedRun): Generator<string> {
  yield csvLine(['item', 'as', 'file', 'step', 'operation', 'at', 'reason', 'message']);
  for (const row of itemRows(run, ['in-doubt'])) {
    yield csvLine([row.item, '', '', row.step, row.operation, row.at, row.reason, row.message]);
  }
}
