import type { Mutant } from './mutants.ts';

const OWN = 'test/integration/sweeps.test.ts';
const SIMULATED = 'test/simulation/swept-runs.test.ts';

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
  {
    name: 'sweep-dropped-by-a-stop',
    protection: 'A run that was stopped during a comparison is not finished',
    file: 'src/engine/run-job.ts',
    from: ' && isCompared;',
    to: ';',
    red: { file: SIMULATED, test: 'still makes the comparison that it owes: store, with' },
  },
  {
    name: 'sweep-forgets-later-steps',
    protection: 'A sweep repeats no item whose later steps must not be repeated',
    file: 'src/run/find-sweep-items.ts',
    from: 'steps.slice(index).every(mayRepeat)',
    to: 'steps.slice(index, index + 1).every(mayRepeat)',
    red: { file: SIMULATED, test: 'do nothing twice: store and copy' },
  },
  {
    name: 'sweep-forgets-the-failed',
    protection: 'A sweep does failed items again that may be repeated',
    file: 'src/run/find-sweep-items.ts',
    from: 'obstacle === null && at !== undefined && mayRepeat(at)',
    to: 'obstacle !== null && at !== undefined && mayRepeat(at)',
    red: { file: SIMULATED, test: 'comparison that it owes: delete' },
  },
  {
    name: 'sweep-begins-at-the-first-step',
    protection:
      'A sweep begins at the step whose effect is missing, so that it pays for nothing again',
    file: 'src/run/find-sweep-items.ts',
    from: 'record.step === last) yield { seq, step };',
    to: 'record.step === last) yield { seq, step: 0 };',
    red: { file: SIMULATED, test: 'do nothing twice: cut out and store' },
  },
];
