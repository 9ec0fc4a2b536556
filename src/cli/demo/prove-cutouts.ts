import { formatCount } from '../../core/counted.ts';
import type { ItemReport } from '../../state/run-status.ts';
import type { EmulatedEffect } from './emulator-view.ts';
import type { Claim } from './prove-deletes.ts';

/**
 * The facts about the run with the paid add-on. They come from the run's database (its ledger) and from the
 * emulator.
 */
export interface CutoutEvidence {
  readonly items: readonly ItemReport[];
  /** The number of items whose result was unknown after the kill. */
  readonly doubtful: number;
  /** The file that the add-on made from each picture. */
  readonly results: ReadonlyMap<string, string>;
  readonly effects: readonly EmulatedEffect[];
  /** How many more stored files the project has than before the run. */
  readonly newlyStored: number;
}

const CONCURRENCY = 8; // `limits.concurrency` of the job

/**
 * Checks a run that cut out, stored, tagged and copied pictures. It compares the run with the emulator's log.
 */
export function proveCutouts(evidence: CutoutEvidence): Claim[] {
  const { items, doubtful, results, effects, newlyStored } = evidence;
  const count = formatCount(items.length);
  const changed = (operation: string) =>
    effects.filter((effect) => effect.operation === operation && effect.changed);
  const pictures = items.map(({ key }) => key);
  const made = [...results.values()];
  return [
    {
      holds: items.length > 0 && items.every(({ state }) => state === 'done'),
      words: `${count} pictures were selected, and every one of them is done`,
    },
    {
      holds: isEachOnce(changed('remove_bg'), pictures),
      words: 'each went through the add-on exactly once: no picture was paid for twice',
    },
    {
      holds: doubtful > 0 && doubtful <= CONCURRENCY,
      words: `the kill put ${formatCount(doubtful)} in doubt: at most ${CONCURRENCY} requests are in flight at once`,
    },
    {
      holds: newlyStored === items.length && new Set(made).size === items.length,
      words: `${count} results were made, and all of them are stored`,
    },
    {
      holds: isEachOnce(changed('tags'), made) && isEachOnce(changed('remote_copy'), made),
      words: 'each result was tagged exactly once and copied to the bucket exactly once',
    },
  ];
}

/** True if exactly these files were changed, and each of them once. */
function isEachOnce(effects: readonly EmulatedEffect[], files: readonly string[]): boolean {
  const changed = new Set(effects.map(({ uuid }) => uuid));
  const isSame = changed.size === files.length && files.every((uuid) => changed.has(uuid));
  return isSame && effects.length === changed.size;
}
