import type { Mutant } from './mutants.ts';

/** What keeps a flag or a variable from being taken for its opposite. */
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
];
