import type { Mutant } from './mutants.ts';

/** What keeps the words of flags, variables and job files from being taken for others. */
export const FLAG_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'flag-value-is-off',
    protection: 'A value of --dry-run that is no boolean word is refused',
    file: 'src/cli/boolean-flags.ts',
    from: "if (read === null) throw new UserError('usage', wrongValue(shown, value ?? ''));",
    to: 'if (read === null) continue;',
    red: { file: 'test/unit/cli/boolean-flags.test.ts', test: 'dry-run=maybe' },
  },
  {
    name: 'flags-as-yargs-reads-them',
    protection: 'Flags are read by their own words, not as yargs reads them',
    file: 'src/cli/program.ts',
    from: 'Object.assign(flags, readBooleanFlags(argv, host.booleans()));',
    to: 'void flags;',
    red: { file: 'test/unit/cli/program.test.ts', test: 'dry-run=maybe' },
  },
  {
    name: 'variable-value-is-off',
    protection: 'A value of UCBULK_DRY_RUN that is no boolean word is refused',
    file: 'src/cli/option-values.ts',
    from: 'if (read !== null) return read;',
    to: 'return read === true;',
    red: { file: 'test/unit/cli/program.test.ts', test: 'UCBULK_DRY_RUN' },
  },
  {
    name: 'old-page-size-is-lost',
    protection: 'A job of an earlier version is the same job as its file of today',
    file: 'src/run/stored-job.ts',
    from: 'if (limit === undefined) return job;',
    to: 'return job;',
    red: { file: 'test/unit/run/stored-job.test.ts', test: 'the same job as its file of today' },
  },
  {
    name: 'lost-output-is-exit-0',
    protection: 'Output that a full disk did not take is exit 3',
    file: 'src/cli/lost-output.ts',
    from: 'if (stdout.failure !== null) {',
    to: 'if (false) {',
    red: { file: 'test/unit/cli/lost-output.test.ts', test: 'output that is lost is exit 3' },
  },
  {
    name: 'short-write-is-whole',
    protection: 'A full disk under standard output is noticed',
    file: 'src/cli/output-stream.ts',
    from: 'note(error instanceof Error ? error : new Error(String(error)));',
    to: 'void error;',
    red: { file: 'test/unit/cli/lost-output.test.ts', test: 'a disk that is full' },
  },
];
