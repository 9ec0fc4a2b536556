import type { Mutant } from './mutants.ts';

const RETRY = 'test/integration/retry.test.ts';

/** A retry takes only failed items that it can do again without harm. */
export const RETRY_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'retry-takes-doubt',
    protection: 'A retry never takes an item in doubt',
    file: 'src/run/failed-items.ts',
    from: "{ states: ['failed'] }",
    to: "{ states: ['failed', 'in-doubt'] }",
    red: { file: RETRY, test: 'an item in doubt is never taken' },
  },
  {
    name: 'retry-reopens-any-state',
    protection: 'Only a failed item is reopened',
    file: 'src/ledger/retry-table.ts',
    from: 'if (kept !== seqs.length || moved !== seqs.length) {',
    to: 'if (moved > seqs.length) {',
    red: { file: 'test/unit/ledger/retry-table.test.ts', test: 'is never reopened' },
  },
  {
    name: 'retry-takes-unknown-effect',
    protection: 'A retry never takes an item whose effect is unknown, unless a repeat does no harm',
    file: 'src/run/retry-obstacle.ts',
    from: "if (effect === 'none' || effect === 'ended' || isRepeatable) return null;",
    to: 'if (effect !== undefined || isRepeatable) return null;',
    red: { file: RETRY, test: 'only failures of repeatable operations' },
  },
  {
    name: 'retry-makes-another-file',
    protection: 'A retry never takes an item whose request made a file',
    file: 'src/engine/journal/result-records.ts',
    from: "return { ...failed, effect: 'made', result: { made } } as const;",
    to: "return { ...failed, effect: 'none', result: { made } } as const;",
    red: { file: RETRY, test: 'not taken if its request made a file' },
  },
  {
    name: 'retry-pays-unasked',
    protection: 'A retry asks before it pays again',
    file: 'src/run/retry-run.ts',
    from: 'if (paysAgain.size === 0 || !job.guard.confirm) return;',
    to: 'if (paysAgain.size >= 0 || !job.guard.confirm) return;',
    red: { file: RETRY, test: 'without a yes, nothing is paid again' },
  },
  {
    name: 'ended-job-counts-as-free',
    protection: 'The failure of a paid job that ended in an error is recorded as such',
    file: 'src/engine/journal/write-poll.ts',
    from: "const record = outcomeRecord(result, 'ended');",
    to: "const record = outcomeRecord(result, 'none');",
    red: { file: RETRY, test: 'is asked for again, counted and done once' },
  },
  {
    name: 'retry-passes-canary',
    protection: 'A canary shows the results of a retry before --yes accepts them',
    file: 'src/run/retry-run.ts',
    from: 'ledger.canary.forgetAsked();',
    to: 'if (retry < 0) ledger.canary.forgetAsked();',
    red: { file: 'test/integration/retry-bounds.test.ts', test: 'shows the new results' },
  },
];
