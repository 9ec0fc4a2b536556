import type { Mutant } from './mutants.ts';

/** Words, variables, answers and values at the edge of what ucbulk reads. */
export const EDGE_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'words-after-dashes-are-lost',
    protection: 'A word after -- is an argument; one too many is refused',
    file: 'src/cli/argument-words.ts',
    from: 'return [...argv.slice(0, end), END_OF_FLAGS, ...words];',
    to: 'return [...argv.slice(0, end), ...words.slice(words.length)];',
    red: { file: 'test/unit/cli/program.test.ts', test: 'no word after the dashes is lost' },
  },
];
