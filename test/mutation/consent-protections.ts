import type { Mutant } from './mutants.ts';

/** What keeps a run from deleting or paying without consent. */
export const CONSENT_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'credits-burn-items',
    protection: 'An account without credits stops the run',
    file: 'src/transport/answer-verdict.ts',
    from: '  402: CREDITS,',
    to: '  402: REFUSED ?? CREDITS,',
    red: { file: 'test/integration/out-of-credits.test.ts', test: '402 at addon/remove_bg' },
  },
];
