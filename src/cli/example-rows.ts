import { formatBytes } from '../core/byte-size.ts';
import type { Plan } from '../run/plan.ts';
import type { ExampleItem } from '../run/selection-figures.ts';
import { shortenName } from './shorten-name.ts';
import { formatInstant } from './text-table.ts';

/** Maximum length of a file name in an example. `--json` has the full name. */
const MAX_NAME = 40;

/** Formats the first, last, largest and oldest item of a plan. */
export function exampleRows({ examples }: Pick<Plan, 'examples'>): string[][] {
  const { first, last, largest, oldest } = examples;
  if (first === null || first.key === last?.key) {
    return first === null ? [] : [['item', exampleText(first)]];
  }
  const named = [
    ['first', first],
    ['last', last],
    ['largest', largest],
    ['oldest', oldest],
  ] as const;
  return named.flatMap(([label, item]) => (item === null ? [] : [[label, exampleText(item)]]));
}

function exampleText({ key, filename, size, uploadedAt }: ExampleItem): string {
  return [
    key,
    ...(filename === null ? [] : [shortenName(filename, MAX_NAME)]),
    ...(size === null ? [] : [formatBytes(size)]),
    ...(uploadedAt === null ? [] : [formatInstant(uploadedAt)]),
  ].join(', ');
}
