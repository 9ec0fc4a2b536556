import { formatCount } from '../../core/counted.ts';
import type { EmulatedCounts, EmulatedEffect } from './emulator-view.ts';

/** A claim about what happened; `holds` is true if it is correct. */
export interface Claim {
  readonly holds: boolean;
  readonly words: string;
}

/** The facts about a cleanup from the ledger and from the emulator. */
export interface CleanupEvidence {
  /** UUIDs of the items that are done in the ledger. */
  readonly done: readonly string[];
  readonly effects: readonly EmulatedEffect[];
  readonly before: EmulatedCounts;
  readonly after: EmulatedCounts;
}

/** Checks a cleanup against the emulator's own log of changes to its files. */
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
      words: `each was deleted exactly once${describeRepeats(asked.length - deletes.length)}`,
    },
    {
      holds: foreign === 0 && others === 0 && before.stored === after.stored,
      words: `nothing else changed: still ${formatCount(after.stored)} stored files, and ${formatCount(after.unstored)} too young to delete`,
    },
    {
      holds: before.unstored - after.unstored === deleted.size,
      words: `the project has ${formatCount(before.unstored - after.unstored)} unstored files less than before: the same number`,
    },
  ];
}

/** Reports deletes in flight at the kill: ucbulk sends them again, and the files are already gone. */
function describeRepeats(count: number): string {
  if (count === 0) return '';
  return ` (${formatCount(count)} were sent again after the kill lost their answers, and the files were already gone)`;
}
