import type { ItemState } from '../core/item-state.ts';
import { itemRows } from './item-rows.ts';
import { type Row, type RowFormat, rowTexts } from './row-texts.ts';
import type { ReportedRun } from './run-items.ts';

const COLUMNS = [
  'run',
  'item',
  'state',
  'step',
  'operation',
  'attempts',
  'reason',
  'message',
  'requestId',
  'result',
  'earlierSteps',
  'details',
  'at',
];

/** All items of a run with their outcomes, as pieces of text. */
export function itemTexts(
  run: ReportedRun,
  { format, states }: { readonly format: RowFormat; readonly states?: readonly ItemState[] },
): Generator<string> {
  const heading = { type: 'item', run: run.run, columns: COLUMNS } as const;
  return rowTexts(format, heading, toRows(run, states));
}

function* toRows(run: ReportedRun, states?: readonly ItemState[]): Generator<Row> {
  for (const row of itemRows(run, states)) yield { ...row };
}
