import type { Mutant } from './mutants.ts';

const STALE = 'test/integration/stale-conditions.test.ts';
const RECHECK = 'test/unit/engine/walk/recheck-pages.test.ts';

/** All conditions of a file are checked again before its delete. */
export const RECHECK_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'if-is-not-asked-again',
    protection: 'ucbulk evaluates the `if` of a delete again after the page was listed again',
    file: 'src/engine/loop/window.ts',
    from: 'return settleUnwanted({ step, items: selected }, deps, undecidable);',
    to: 'return selected;',
    red: { file: STALE, test: 'as it is before the delete: tags' },
  },
  {
    name: 'if-of-the-first-listing',
    protection: 'The `if` of a delete uses the facts of the last listing',
    file: 'src/engine/walk/recheck-pages.ts',
    from: 'return this.#withFreshFacts(kept());',
    to: 'return kept();',
    red: { file: 'test/simulation/simulation.test.ts', test: 'protected in time' },
  },
  {
    name: 'last-listing-is-not-kept',
    protection: 'The ledger keeps the facts of the last listing',
    file: 'src/engine/walk/recheck-pages.ts',
    from: 'ledger.details.put(seq, details);',
    to: 'void [seq, details];',
    red: { file: STALE, test: 'slow first step' },
  },
  {
    name: 'left-out-field-is-not-read-again',
    protection: 'If the listing omits a field that an `if` uses, ucbulk reads the field again',
    file: 'src/engine/walk/selection.ts',
    from: "verdict.kind === 'unknown' || missingFields(facts, selection).length > 0",
    to: "verdict.kind === 'unknown'",
    red: { file: STALE, test: 'tags that the listing leaves out' },
  },
  {
    name: 'late-with-older-facts',
    protection: 'A recheck does not cover an item that was read before it',
    file: 'src/engine/walk/recheck-pages.ts',
    from: 'for (const { seq } of changes.onTheWay) unjudged.add(seq);',
    to: '',
    red: { file: RECHECK, test: 'on its way with older ones' },
  },
  {
    name: 'search-is-forgotten',
    protection: 'The conditions of a search are checked again before a delete',
    file: 'src/run/job-parts.ts',
    from: '...(asked !== undefined && { asked }),',
    to: '',
    red: { file: STALE, test: 'holds for a file until its delete: tags' },
  },
  {
    name: 'listing-is-forgotten',
    protection: 'A file that was stored since is not deleted as an unstored one',
    file: 'src/sources/file-list-source.ts',
    from: 'listedConditions: ({ stored }) => ({ stored }),',
    to: '',
    red: {
      file: 'test/integration/stale-selection.test.ts',
      test: 'stored while the run waited for its yes',
    },
  },
  {
    name: 'words-are-forgotten',
    protection: 'ucbulk repeats a search by words if a file is missing from its page',
    file: 'src/engine/walk/selection.ts',
    from: '(await source.stillFinds(key, signal)) ? judged',
    to: 'true ? judged',
    red: { file: STALE, test: 'holds for a file until its delete: a phrase' },
  },
  {
    name: 'facts-of-an-earlier-run',
    protection: 'A delete never relies on the facts of an earlier run',
    file: 'src/run/job-parts.ts',
    from: 'if (tellsFacts(job.source) || !isIrreversible(step)) return holds;',
    to: 'return holds;',
    red: { file: STALE, test: 'what an earlier run saw' },
  },
  {
    name: 'page-is-young-after-its-reads',
    protection: 'The age of a page starts at its listing, not at later reads',
    file: 'src/engine/walk/walk-source.ts',
    from: 'NEVER : checkedAt,',
    to: 'NEVER : deps.serverNow(),',
    red: { file: STALE, test: 'as old as its listing' },
  },
];
