import type { Mutant } from './mutants.ts';

const STALE = 'test/integration/stale-conditions.test.ts';
const RECHECK = 'test/unit/engine/walk/recheck-pages.test.ts';

/** What looks again at all that selected a file, before it is deleted. */
export const RECHECK_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'if-is-not-asked-again',
    protection: 'The `if` of a delete is asked again after its page was listed again',
    file: 'src/engine/loop/run-window.ts',
    from: 'return settleUnwanted({ step, items: selected }, deps, undecidable);',
    to: 'return selected;',
    red: { file: STALE, test: 'as it is before the delete: tags' },
  },
  {
    name: 'if-of-the-first-listing',
    protection: 'The `if` of a delete looks at the facts of the last listing',
    file: 'src/engine/walk/recheck-pages.ts',
    from: 'return this.#withFreshFacts(kept());',
    to: 'return kept();',
    red: { file: 'test/simulation/simulation.test.ts', test: 'protected in time' },
  },
  {
    name: 'last-listing-is-not-kept',
    protection: 'What the last listing said is kept with the items',
    file: 'src/engine/walk/recheck-pages.ts',
    from: 'ledger.details.put(seq, details);',
    to: 'void [seq, details];',
    red: { file: STALE, test: 'slow first step' },
  },
  {
    name: 'left-out-field-is-not-read-again',
    protection: 'A field that an `if` looks at is read again if the listing leaves it out',
    file: 'src/engine/walk/judge-again.ts',
    from: "verdict.kind === 'unknown' || missingFields(facts, selection).length > 0",
    to: "verdict.kind === 'unknown'",
    red: { file: STALE, test: 'tags that the listing leaves out' },
  },
  {
    name: 'late-with-older-facts',
    protection: 'An item on its way is not fresh by a look that its `if` did not see',
    file: 'src/engine/walk/recheck-pages.ts',
    from: 'for (const { seq } of changes.onTheWay) unjudged.add(seq);',
    to: '',
    red: { file: RECHECK, test: 'on its way with older ones' },
  },
  {
    name: 'search-is-forgotten',
    protection: 'What a search was asked for is judged again before a delete',
    file: 'src/run/job-parts.ts',
    from: '...(asked !== undefined && { asked }),',
    to: '',
    red: { file: STALE, test: 'holds for a file until its delete: tags' },
  },
  {
    name: 'words-are-forgotten',
    protection: 'A search for words is repeated for a file that is off its page',
    file: 'src/engine/walk/judge-again.ts',
    from: '(await source.stillFinds(key, signal)) ? judged',
    to: 'true ? judged',
    red: { file: STALE, test: 'holds for a file until its delete: a phrase' },
  },
  {
    name: 'facts-of-an-earlier-run',
    protection: 'Nothing is deleted by what an earlier run saw of a file',
    file: 'src/run/job-parts.ts',
    from: 'if (tellsFacts(job.source) || !isIrreversible(step)) return holds;',
    to: 'return holds;',
    red: { file: STALE, test: 'what an earlier run saw' },
  },
  {
    name: 'page-is-young-after-its-reads',
    protection: 'A page is as old as its listing, not as the reads of its missing fields',
    file: 'src/engine/walk/walk-source.ts',
    from: '      checkedAt,\n',
    to: '      checkedAt: deps.serverNow(),\n',
    red: { file: STALE, test: 'as old as its listing' },
  },
];
