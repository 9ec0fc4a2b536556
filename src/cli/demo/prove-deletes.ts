import { formatCount } from '../../core/counted.ts';
import type { EmulatedCounts, EmulatedEffect } from './emulator-view.ts';

/** One claim about what happened, and whether it holds. */
export interface Claim {
  readonly holds: boolean;
  readonly words: string;
}

/** What is known of a cleanup: what the ledger says, and what the emulator says. */
export interface CleanupEvidence {
  /** UUIDs of the run's items that the ledger calls done. */
  readonly done: readonly string[];
  readonly effects: readonly EmulatedEffect[];
  readonly before: EmulatedCounts;
  readonly after: EmulatedCounts;
}

/** Checks a cleanup against the emulator's own log of what was done to its files. */
export function proveDeletes({ done, effects, before, after }: CleanupEvidence): Claim[] {
  const asked = effects.filter(({ operation }) => operation === 'delete');
  const deletes = asked.filter(({ changed }) => changed);
  const deleted = new Set(deletes.map(({ uuid }) => uuid));
  const missing = done.filter((uuid) => !deleted.has(uuid)).length;
  const foreign = deleted.size - (done.length - missing);
  const others = effects.length - asked.length;
  return [
    {
      holds: done.length > 0 && missing === 0,
      words: `${formatCount(done.length)} files were selected, and every one of them is deleted`,
    },
    {
      holds: deletes.length === deleted.size,
      words: `each was deleted exactly once${askedAgain(asked.length - deletes.length)}`,
    },
    {
      holds: foreign === 0 && others === 0 && before.stored === after.stored,
      words: `nothing else was touched: still ${formatCount(after.stored)} stored files, and ${formatCount(after.unstored)} too young to go`,
    },
    {
      holds: before.unstored - after.unstored === deleted.size,
      words: `the project has ${formatCount(before.unstored - after.unstored)} unstored files less than before: the same number again`,
    },
  ];
}

/** What was on its way at the kill is asked for again, and found gone: said, not hidden. */
function askedAgain(count: number): string {
  if (count === 0) return '';
  return ` (${formatCount(count)} were asked for again, as the kill ate the answer, and were gone already)`;
}
