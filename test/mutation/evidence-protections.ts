import type { Mutant } from './mutants.ts';

/** A run that deletes keeps what it knew about the files, evidence shows later changes, and runs are verified. */
export const EVIDENCE_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'facts-before-delete',
    protection: 'The facts of a file are kept with its page, before the delete',
    file: 'src/engine/walk/keep-evidence.ts',
    from: 'ledger.evidence.addPage(page.no',
    to: '({ addPage: (..._: readonly unknown[]) => undefined }).addPage(page.no',
    red: { file: 'test/integration/evidence.test.ts', test: 'keeps the facts of each file' },
  },
  {
    name: 'changed-facts-before-delete',
    protection: 'Facts that changed before the delete are kept',
    file: 'src/ledger/evidence-table.ts',
    from: 'this.addPage(page, seenAt, changed);',
    to: '',
    red: { file: 'test/integration/evidence.test.ts', test: 'as they were last' },
  },
  {
    name: 'evidence-decided-by-person',
    protection: 'A delete that only a person decided was done is marked',
    file: 'src/report/deleted-files.ts',
    from: "isDecided(step, item) ? 'person' : null",
    to: "isDecided(step, item) && item.outcomes.length === 0 ? 'person' : null",
    red: { file: 'test/integration/unknown-deletes.test.ts', test: 'is marked, and counted apart' },
  },
  {
    name: 'evidence-unknown-results',
    protection: 'Deletes in doubt are counted in the evidence',
    file: 'src/ledger/count-unknown-results.ts',
    from: 'open_sends > 0 OR state IN (2, 3)',
    to: '0',
    red: { file: 'test/integration/unknown-deletes.test.ts', test: 'are counted as unknown' },
  },
  {
    name: 'evidence-chain',
    protection: 'A changed record does not fit the hash in the next one',
    file: 'src/evidence/record-chain.ts',
    from: 'previous !== this.#last',
    to: 'previous.length !== this.#last.length',
    red: { file: 'test/unit/evidence/record-chain.test.ts', test: 'a changed record' },
  },
  {
    name: 'evidence-order',
    protection: 'Records that are missing or moved are found',
    file: 'src/evidence/record-chain.ts',
    from: 'Number(number) > expected',
    to: 'false',
    red: { file: 'test/unit/evidence/record-chain.test.ts', test: 'a missing record' },
  },
  {
    name: 'verify-deleted',
    protection: 'A deleted file that still exists is a difference',
    file: 'src/operations/listed-effect.ts',
    from: "isListed ? ['the file still exists'] : []",
    to: '[]',
    red: { file: 'test/integration/verify-run.test.ts', test: 'still exists' },
  },
  {
    name: 'verify-missing',
    protection: 'Files that the listing does not contain are compared too',
    file: 'src/run/compare-effects.ts',
    from: 'await comparison.compareMissing(index, listing, signal);',
    to: '',
    red: { file: 'test/integration/verify-run.test.ts', test: 'called done, but that are not' },
  },
];
