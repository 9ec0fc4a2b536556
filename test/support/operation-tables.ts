import { OPERATIONS } from '../../src/operations/all-operations.ts';
import type { OperationDescriptor } from '../../src/operations/descriptor.ts';
import type { MadeKind } from '../../src/operations/operation-traits.ts';
import { optionsIn, row, table } from './markdown-table.ts';

const MADE_WORDS: Readonly<Record<MadeKind, string>> = {
  file: 'a file',
  object: 'an object in the storage',
  group: 'a group',
  thumbnails: 'thumbnails',
};

/** The tables of docs/operations.md by region: all operations, and the options of each. */
export function operationTables(): Map<string, string> {
  const tables = new Map([['all operations', glance()]]);
  for (const operation of OPERATIONS) {
    const rows = optionsIn(operation.options)
      .filter(({ name }) => name !== 'file')
      .map(({ name, byDefault, meaning }) => row([`\`${name}\``, byDefault, meaning]));
    if (rows.length > 0) tables.set(operation.kind, table(['option', 'default', 'meaning'], rows));
  }
  return tables;
}

/** The table at the top of docs/operations.md. */
function glance(): string {
  const rows = OPERATIONS.map((operation) => {
    const { kind, docs } = operation;
    const link = `[\`${kind}\`](#${kind.replaceAll('/', '')})`;
    const remarks = remarksOf(operation);
    return row([link, docs.request, docs.perRequest, docs.result, docs.lostAnswer, remarks]);
  });
  return table(
    ['`uses`', 'request', 'items per request', 'result', 'after a lost answer', 'remarks'],
    rows,
  );
}

function remarksOf({ paid, makes, options, isIrreversible, docs }: OperationDescriptor): string {
  const defaults = options.safeParse({});
  const isAlways = defaults.success && isIrreversible?.(defaults.data) === true;
  const made = Object.values(makes ?? {}).map((kind) => MADE_WORDS[kind]);
  return [
    ...(paid === undefined ? [] : ['paid']),
    ...(isAlways ? ['irreversible'] : []),
    ...(made.length === 0 ? [] : [`makes ${made.join(' and ')}`]),
    ...(docs.remarks === undefined ? [] : [docs.remarks]),
  ].join(', ');
}
