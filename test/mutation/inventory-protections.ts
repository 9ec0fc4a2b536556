import type { Mutant } from './mutants.ts';

const INVENTORY = 'test/integration/inventory.test.ts';
const NIGHTS = 'test/simulation/nightly-runs.test.ts';

/** The protections of jobs that use a listing of an earlier time. */
export const INVENTORY_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'inventory-counts-as-checked',
    protection: 'Deletes from an inventory are checked at the service, however young it is',
    file: 'src/engine/walk/walk-source.ts',
    from: 'page.isStored === true ? NEVER : checkedAt',
    to: 'checkedAt',
    red: { file: INVENTORY, test: 'files that changed are left alone' },
  },
  {
    name: 'recheck-reads-the-inventory',
    protection: 'The check before a delete reads the service and never the inventory',
    file: 'src/engine/walk/recheck-pages.ts',
    from: 'source.readAgain?.(page.cursor, signal) ??',
    to: '',
    red: { file: INVENTORY, test: 'files that changed are left alone' },
  },
  {
    name: 'inventory-page-counts-as-listed',
    protection: 'A page of the inventory never counts as a listing of the service',
    file: 'src/sources/inventory-source.ts',
    from: 'isStored: true,',
    to: '',
    red: { file: NIGHTS, test: 'an inventory deletes what still matches' },
  },
  {
    name: 'inventory-is-its-own-check',
    protection: 'Before a delete, the service lists the page of an inventory again',
    file: 'src/sources/inventory-source.ts',
    from: 'readAgain: (cursor, signal) =>',
    to: 'unused: (cursor: string | null, signal: AbortSignal) =>',
    red: { file: NIGHTS, test: 'an inventory deletes what still matches' },
  },
  {
    name: 'resume-reads-the-latest-inventory',
    protection: 'A resumed run continues with its own copy of the inventory',
    file: 'src/run/source-context.ts',
    from: ': paths.runInventory(run),',
    to: ': paths.inventory(publicKey),',
    red: { file: INVENTORY, test: 'although a new one was made meanwhile' },
  },
  {
    name: 'rejects-forget-their-length',
    protection: 'A resumed run continues the file with the bad rows where the last page ended',
    file: 'src/sources/list-source.ts',
    from: '...(length > 0 && { rejects: length })',
    to: '',
    red: { file: 'test/integration/rejects.test.ts', test: 'each bad row is recorded once' },
  },
  {
    name: 'recheck-records-bad-rows-again',
    protection: 'A check before a delete does not record bad rows again',
    file: 'src/sources/list-source.ts',
    from: 'readAgain: (cursor, signal) => readPage(cursor, null, signal),',
    to: '',
    red: { file: 'test/integration/rejects.test.ts', test: 'without recording its rows twice' },
  },
  {
    name: 'rehearsal-reaches-the-network',
    protection: 'A rehearsal never sends a request to the real service',
    file: 'src/cli/rehearsal/rehearse-job.ts',
    from: '{ ...world, http: createEmulatorExchange(emulator) }',
    to: 'world',
    red: { file: 'test/integration/rehearse.test.ts', test: 'and sends nothing' },
  },
  {
    name: 'rehearsal-with-real-keys',
    protection: 'A rehearsal never uses the keys of the real project',
    file: 'src/cli/rehearsal/rehearse-job.ts',
    from: '{ ...order, connection: REHEARSAL_CONNECTION }',
    to: '{ ...order, connection: real }',
    red: { file: 'test/integration/rehearse.test.ts', test: 'and sends nothing' },
  },
  {
    name: 'inventory-of-another-project',
    protection: 'The inventory of another project is refused',
    file: 'src/run/use-inventory.ts',
    from: 'header.project !== publicKey || header.restOrigin !== restOrigin',
    to: 'header.project === undefined',
    red: { file: INVENTORY, test: 'it is of another project' },
  },
];
