import { formatCount } from '../../core/counted.ts';
import type { ItemReport } from '../../state/run-status.ts';
import type { EmulatedCounts, EmulatedEffect } from './emulator-view.ts';
import type { Claim } from './prove-deletes.ts';

/** The facts about the run of the fleet. They come from the run's database (its ledger) and from the emulator. */
export interface CopyEvidence {
  readonly items: readonly Pick<ItemReport, 'key' | 'state'>[];
  readonly effects: readonly EmulatedEffect[];
  readonly before: EmulatedCounts;
  readonly after: EmulatedCounts;
}

/** Checks a run that copied files: compares the run's database with the emulator's log of changes. */
export function proveCopies({ items, effects, before, after }: CopyEvidence): Claim[] {
  const count = formatCount(items.length);
  const copied = effects.filter(({ operation }) => operation === 'local_copy');
  const sources = new Set(copied.map(({ uuid }) => uuid));
  const missing = items.filter(({ key }) => !sources.has(key)).length;
  const isEachDone = items.every(({ state }) => state === 'done');
  return [
    {
      holds: items.length > 0 && isEachDone && missing === 0,
      words: `nothing was lost: ${count} files were selected, and every one of them is copied`,
    },
    {
      holds: copied.length === sources.size && sources.size === items.length - missing,
      words: 'nothing was done twice: each has exactly one copy',
    },
    {
      holds: after.stored - before.stored === items.length && effects.length === copied.length,
      words: `nothing else changed: the project has ${count} files more than before`,
    },
  ];
}
