import type { Mutant } from './mutants.ts';

/** The descriptors of operations describe what is irreversible. */
export const OPERATION_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'purge-without-words',
    protection: 'A scan that deletes infected files is described and guarded as irreversible',
    file: 'src/operations/addon-virus-scan.ts',
    from: 'isIrreversible: ({ purgeInfected }) => purgeInfected,',
    to: 'isIrreversible: () => false,',
    red: {
      file: 'test/unit/operations/all-operations.test.ts',
      test: 'asks exactly if it is irreversible',
    },
  },
  {
    name: 'step-after-delete',
    protection: 'No step works on a file that an earlier step deleted',
    file: 'src/operations/operation-traits.ts',
    from: "delete: { deletes: 'always' },",
    to: 'delete: {},',
    red: { file: 'test/unit/operations/all-operations.test.ts', test: 'can never be undone' },
  },
];
