import type { Mutant } from './mutants.ts';

/** Unusual arguments, variables, answers and secrets are handled correctly. */
export const EDGE_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'words-after-dashes-are-lost',
    protection: 'A word after -- is an argument; an extra one is refused',
    file: 'src/cli/argument-words.ts',
    from: 'return [...argv.slice(0, end), END_OF_FLAGS, ...words];',
    to: 'return [...argv.slice(0, end), ...words.slice(words.length)];',
    red: { file: 'test/unit/cli/program.test.ts', test: 'no word after the dashes is lost' },
  },
  {
    name: 'misspelt-variable-is-ignored',
    protection: 'A variable that resembles UCBULK_DRY_RUN is refused',
    file: 'src/cli/check-variables.ts',
    from: 'if (meant !== undefined) {',
    to: 'if (meant === null) {',
    red: { file: 'test/unit/cli/check-variables.test.ts', test: 'a misspelt variable is refused' },
  },
  {
    name: 'unknown-variable-is-ignored',
    protection: 'A UCBULK_ variable that neither ucbulk nor the job reads is refused',
    file: 'src/cli/read-job.ts',
    from: 'await checkVariables(invocation, { names, isComplete: true });',
    to: 'void checkVariables;',
    red: { file: 'test/unit/cli/check-variables.test.ts', test: 'is no variable: nothing is sent' },
  },
  {
    name: 'end-of-input-declines',
    protection: 'Ctrl-D at the question is no answer, so it does not decline the run for ever',
    file: 'src/cli/ask-number.ts',
    from: "if (reply.kind === 'answer') return reply.answer;",
    to: "if (reply.kind !== 'nobody') return reply.kind === 'answer' ? reply.answer : 'no';",
    red: { file: 'test/unit/cli/read-person-line.test.ts', test: 'Ctrl-D is no answer' },
  },
  {
    name: 'percent-hides-a-secret',
    protection: 'A percent-encoded secret is replaced',
    file: 'src/core/redact-secrets.ts',
    from: 'return decoded !== run && hidesSecret(decoded) ? REDACTED : run;',
    to: 'return run;',
    red: { file: 'test/unit/core/redact-secrets.test.ts', test: 'no form of a known secret' },
  },
];
