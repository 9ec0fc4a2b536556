import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { ItemReport } from '../state/run-status.ts';
import { resultText, whyText } from './result-text.ts';
import { textTable } from './text-table.ts';

/**
 * Maximum width to which cells are padded. It fits a UUID. A longer cell moves only the following cells in
 * its own row, not those of other rows.
 */
const WIDEST_PADDED = 40;
/** Maximum number of fields of an earlier step's result in a row. `--json` prints all of them. */
const MAX_EARLIER_FIELDS = 2;

/**
 * Formats a row for each item: key, state and step, then the reason, the result and the results of earlier
 * steps.
 */
export function itemsTable(items: readonly ItemReport[]): string {
  const rows = items.map((item) => [
    plainText(item.key),
    item.state,
    plainText(item.step),
    outcomeText(item),
  ]);
  return textTable(rows, WIDEST_PADDED);
}

function outcomeText({ reason, message, result, earlierSteps }: ItemReport): string {
  const own = [plainText(whyText(reason, message)), resultText(result ?? {})];
  const earlier = Object.entries(earlierSteps).map(([step, end]) => earlierText(step, end));
  return [...own, ...earlier].filter((text) => text !== '').join(' ');
}

/**
 * Formats the result of an earlier step. Without a result, shows its state and reason: `(1-info: failed,
 * timeout)`.
 */
function earlierText(step: string, outcome: JsonValue): string {
  const { state, reason, result } = toObject(outcome);
  const fields = Object.entries(toObject(result)).filter(([, value]) => value !== null);
  const more = fields.length > MAX_EARLIER_FIELDS ? ' …' : '';
  const results = resultText(Object.fromEntries(fields.slice(0, MAX_EARLIER_FIELDS)));
  const words = [state, reason].filter((word) => typeof word === 'string').join(', ');
  return `(${plainText(step)}: ${results === '' ? plainText(words) : `${results}${more}`})`;
}

function toObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
