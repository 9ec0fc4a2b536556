import { formatCounted } from '../core/counted.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { ComparedItems, PlanComparison } from '../run/compare-plan.ts';
import { textTable } from './text-table.ts';

/** Formats the differences between an earlier plan and the selection of now. */
export function comparisonText({ createdAt, jobChanges, ...compared }: PlanComparison): string {
  const { same, added, gone, changed } = compared;
  const rows = [
    ['same', formatCounted(same, 'item')],
    ...comparedRows('new', added),
    ...comparedRows('gone', gone),
    ...comparedRows('changed', changed),
    ...jobChanges.map((line, index) => [index === 0 ? 'job' : '', plainText(line)]),
  ];
  const heading = `Compared with ${plainText(compared.file)} of ${plainText(createdAt)}`;
  return `${heading}\n${textTable(rows)}`;
}

function comparedRows(label: string, { count, examples }: ComparedItems): string[][] {
  const [first, ...others] = examples.slice(0, MAX_COMPARED);
  if (first === undefined) return [[label, formatCounted(count, 'item')]];
  const more = count > others.length + 1 ? [['', '…']] : [];
  return [
    [label, `${formatCounted(count, 'item')}: ${plainText(first)}`],
    ...others.map((key) => ['', plainText(key)]),
    ...more,
  ];
}

/** Number of items of each difference that the text shows. `--json` shows more. */
const MAX_COMPARED = 3;
