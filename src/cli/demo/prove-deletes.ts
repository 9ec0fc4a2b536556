import { formatCount } from '../../core/counted.ts';
import type { EmulatedCounts, EmulatedEffect } from './emulator-view.ts';

/** A sentence about the result of the demo. `holds` is false if the facts contradict it. */
export interface Claim {
  readonly holds: boolean;
  readonly words: string;
}

/** The facts about the cleanup. They come from the run's database (its ledger) and from the emulator. */
export interface CleanupEvidence {
  /** UUIDs of the items that are done according to the run's database. */
  readonly done: readonly string[];
  readonly effects: readonly EmulatedEffect[];
  readonly before: EmulatedCounts;
  readonly after: EmulatedCounts;
}

/** Checks the cleanup: compares the run's database with the emulator's log of changes to its files. */
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

/**
 * Reports how many delete requests ucbulk sent twice. The process was killed before it received their
 * answers, so ucbulk sent them again. By then, the files were already deleted.
 */
function describeRepeats(count: number): string {
  if (count === 0) return '';
  return ` (${formatCount(count)} were sent again after the kill lost their answers, and the files were already gone)`;
}
