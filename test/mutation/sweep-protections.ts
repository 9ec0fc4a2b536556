import type { Mutant } from './mutants.ts';

const OWN = 'test/integration/sweeps.test.ts';

/** A sweep does again only what is missing and may be repeated. */
export const SWEEP_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'sweep-checks-again',
    protection: 'A sweep lists a page again before it deletes its files',
    file: 'src/ledger/sweep-table.ts',
    from: 'this.#run(FORGET_CHECKS, chosen);',
    to: '',
    red: { file: OWN, test: 'that somebody stored meanwhile' },
  },
  {
    name: 'sweep-repeats-copies',
    protection: 'A sweep repeats no request that would make another file',
    file: 'src/run/find-sweep-items.ts',
    from: 'stepOperation(step).isRepeatable === true && paidName(step) === null',
    to: 'paidName(step) === null',
    red: { file: OWN, test: 'is never made again' },
  },
  {
    name: 'sweep-forgets-delete',
    protection: 'A file that the run deleted before stays deleted by the run',
    file: 'src/engine/walk/skip-dropped.ts',
    from: 'ledger.sweeps.doneBefore(gone)',
    to: 'new Set<number>()',
    red: { file: OWN, test: 'stays deleted by the run' },
  },
  {
    name: 'sweep-without-end',
    protection: 'Sweeps end when nothing progresses',
    file: 'src/engine/sweep.ts',
    from: 'before === null || leftOver < before.leftOver',
    to: 'true',
    red: { file: OWN, test: 'that never does it' },
  },
];
