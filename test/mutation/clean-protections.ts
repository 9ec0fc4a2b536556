import type { Mutant } from './mutants.ts';

const CLEAN = 'test/integration/clean.test.ts';
const POLICY = 'test/unit/state/clean-policy.test.ts';

/** A clean removes no run that is still needed. */
export const CLEAN_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'clean-removes-paid-work',
    protection: 'A clean keeps paid work, so that no later run pays for it again',
    file: 'src/state/clean-policy.ts',
    from: "if (!forgetDone) return ['paid'];",
    to: 'if (!forgetDone) return [];',
    red: { file: CLEAN, test: 'paid work is kept' },
  },
  {
    name: 'clean-removes-overlapping-work',
    protection: 'A clean keeps the paid work that an unfinished run overlaps with',
    file: 'src/state/clean-policy.ts',
    from: "...(facts.hasPaidWork && (isOverlapped || isAnyUnreadable) ? (['overlaps'] as const) : []),",
    to: '',
    red: { file: CLEAN, test: 'that an unfinished run overlaps with' },
  },
  {
    name: 'clean-removes-unfinished',
    protection: 'A clean keeps unfinished runs',
    file: 'src/state/clean-policy.ts',
    from: "...(!facts.isRunning && isUnfinished(facts.state) ? (['unfinished'] as const) : []),",
    to: '',
    red: { file: POLICY, test: 'that is unfinished' },
  },
  {
    name: 'clean-ignores-the-lock',
    protection: 'A clean takes the lock of a run before it removes the run',
    file: 'src/state/clean-runs.ts',
    from: "if (lock === null) return ['running'];",
    to: '',
    red: { file: CLEAN, test: 'a run that a process takes meanwhile' },
  },
  {
    name: 'clean-decides-too-early',
    protection: 'A clean reads a run again before it removes it',
    file: 'src/state/clean-runs.ts',
    from: 'if (fixed.length > 0) return fixed;',
    to: '',
    red: { file: CLEAN, test: 'a run that was reopened meanwhile' },
  },
  {
    name: 'clean-overlooks-new-runs',
    protection:
      'A clean looks for runs that began meanwhile before it removes the run that they need',
    file: 'src/state/clean-runs.ts',
    from: 'if (needed.length > 0) return needed;',
    to: '',
    red: { file: CLEAN, test: 'takes its items from meanwhile' },
  },
];
