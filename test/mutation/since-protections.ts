import type { Mutant } from './mutants.ts';

const SINCE = 'test/integration/since.test.ts';

/** A run with `since` forgets no file that an earlier run left open. */
export const SINCE_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'since-forgets-the-young',
    protection: 'A file that is too young is listed again by the next run',
    file: 'src/engine/walk/left-open.ts',
    from: 'return facts !== null && facts.uploadedAt > openAfter;',
    to: 'return false;',
    red: { file: SINCE, test: '30 nights' },
  },
  {
    name: 'since-forgets-the-undecided',
    protection: 'An undecided file is listed again by the next run',
    file: 'src/engine/walk/left-open.ts',
    from: ' || decided.undecidedKeys.has(key)) return true;',
    to: ') return true;',
    red: { file: SINCE, test: 'a file that is undecided' },
  },
  {
    name: 'since-forgets-beyond-the-limit',
    protection: 'Files beyond the limit of a run are listed by the next run',
    file: 'src/engine/walk/left-open.ts',
    from: 'if (isLast && page.next !== null && last !== undefined) listingSince.leaveOpen(last);',
    to: '',
    red: { file: SINCE, test: 'a limit of 100 items' },
  },
  {
    name: 'since-continues-a-killed-run',
    protection: 'Only a successful run is continued',
    file: 'src/state/last-success.ts',
    from: "record.state === 'finished' &&",
    to: '',
    red: { file: SINCE, test: '30 nights' },
  },
  {
    name: 'since-continues-another-job',
    protection: 'A run continues only a run with the same conditions and steps',
    file: 'src/state/last-success.ts',
    from: 'record.fingerprint === jobFingerprint(job) ?',
    to: "record.fingerprint !== '' ?",
    red: { file: SINCE, test: 'other conditions or steps' },
  },
  {
    name: 'since-pays-again',
    protection: 'A job with `since` does not repeat work on files that it lists again',
    file: 'src/job/check-flow.ts',
    from: "if (!('skipIfDone' in step) || step.skipIfDone !== false) return [];",
    to: "if (step.id !== '') return [];",
    red: { file: SINCE, test: 'options that do not go with since' },
  },
  {
    name: 'clean-forgets-the-last-success',
    protection: 'A clean keeps the last successful run of a job with `since`',
    file: 'src/state/clean-policy.ts',
    from: "return forgetDone ? [] : ['since'];",
    to: 'return [];',
    red: { file: 'test/integration/clean.test.ts', test: 'the last successful run is kept' },
  },
];
