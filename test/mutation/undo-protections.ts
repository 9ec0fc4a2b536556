import type { Mutant } from './mutants.ts';

const FILES = 'src/run/made-files.ts';
const RUNS = 'src/run/earlier-runs.ts';
const INTEGRATION = 'test/integration/undo.test.ts';

/** An undo deletes only files that its run made. */
export const UNDO_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'undo-skipped',
    protection: 'An undo keeps files that an earlier run made and its run skipped',
    file: FILES,
    from: "if (state === 'done') return result;",
    to: "if (state === 'done' || state === 'skipped') return result;",
    red: { file: INTEGRATION, test: 'and that the run skipped' },
  },
  {
    name: 'undo-reused',
    protection: 'An undo keeps files that the service may have returned from an earlier import',
    file: FILES,
    from: 'if (step.doubt !== null) return [];',
    to: '',
    red: { file: INTEGRATION, test: 'from an earlier import stays' },
  },
  {
    name: 'undo-own-item',
    protection: 'An undo keeps the files on which its run worked',
    file: FILES,
    from: '.filter((file) => file !== item.record.key.toLowerCase())',
    to: '',
    red: { file: 'test/unit/run/made-files.test.ts', test: 'the file of the item itself' },
  },
  {
    name: 'undo-other-project',
    protection: 'An undo deletes only in the project that has the files',
    file: RUNS,
    from: 'named.filter((step) => step.publicKey === publicKey)',
    to: 'named',
    red: { file: INTEGRATION, test: 'only in the project' },
  },
  {
    name: 'undo-unfinished',
    protection: 'A run that can be resumed is not undone',
    file: RUNS,
    from: 'if (isUnfinished(stateWithoutProcess(record.state))) throw unfinished(run);',
    to: '',
    red: { file: INTEGRATION, test: 'that can be resumed' },
  },
];
