import type { Mutant } from './mutants.ts';

const SHARED = 'test/integration/shared-works.test.ts';
const OVERLAP = { file: SHARED, test: 'three runs that overlap pay for remove_bg once' };

/** Overlapping runs never pay for the same work on the same file. */
export const CLAIM_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'claim-not-taken',
    protection: 'A run claims paid work before it sends it',
    file: 'src/engine/loop/skip-completed-work.ts',
    from: 'ledger.works.claim(key, place);',
    to: '',
    red: OVERLAP,
  },
  {
    name: 'claim-let-go',
    protection: 'A claim lasts until its work is sent',
    file: 'src/ledger/work-table.ts',
    from: "kind: state === 'running' ? 'claimed' : 'not-done' };",
    to: "kind: 'not-done' };",
    red: OVERLAP,
  },
  {
    name: 'claim-of-the-living',
    protection: 'A run respects the claim of a live process',
    file: 'src/state/ledgers-of-others.ts',
    from: "if (this.#isHeld(run, held)) return { run, kind: 'at-work' };",
    to: '',
    red: OVERLAP,
  },
  {
    name: 'old-list-of-ledgers',
    protection: 'A claim includes runs that started a moment ago',
    file: 'src/state/other-works.ts',
    from: 'const found = new Map<string, OtherWork>();\n  ledgers.refresh();',
    to: 'const found = new Map<string, OtherWork>();',
    red: OVERLAP,
  },
  {
    name: 'dead-intent-is-free',
    protection: 'Work that a killed run sent counts as paid',
    file: 'src/state/ledgers-of-others.ts',
    from: "if (standing?.kind === 'claimed' || standing?.kind === 'open') {",
    to: "if (standing?.kind === 'open' && !this.#isHeld(run, held)) return null;\n    if (standing?.kind === 'claimed' || standing?.kind === 'open') {",
    red: { file: SHARED, test: 'a claim without an intent is free' },
  },
  {
    name: 'pays-without-catalog',
    protection: 'A job that pays does not start without a usable catalog',
    file: 'src/state/other-works.ts',
    from: 'if (wanted.size > 0 && catalog.trouble !== null)',
    to: 'if (wanted.size < 0 && catalog.trouble !== null)',
    red: { file: SHARED, test: 'does not start without a usable catalog' },
  },
  {
    name: 'replaced-claims-lock',
    protection: 'ucbulk repeats a turn if its lock file was replaced',
    file: 'src/ledger/claim-turn.ts',
    from: 'if (file !== null && fileIdentity(path) === file) return { result };',
    to: 'if (file !== undefined) return { result };',
    red: { file: 'test/unit/ledger/claim-turn.test.ts', test: 'is taken again under the new file' },
  },
];
