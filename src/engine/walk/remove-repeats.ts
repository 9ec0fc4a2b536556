import type { Clock } from '../../core/world.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { ScratchSet } from '../../ledger/scratch-set.ts';
import type { RunStop } from '../run-stop.ts';
import type { Selection } from './selection.ts';

/**
 * After this number of compared items, the loop pauses so that timers, signals and answers can be handled.
 */
const SLICE = 1000;

interface RepeatDependencies {
  readonly ledger: Ledger;
  readonly selection: Selection;
  readonly clock: Pick<Clock, 'tick'>;
  readonly runStop: RunStop;
}

/**
 * Removes items whose key occurs more than once, except for the first of them. Repeated items come from the
 * user's list, or from a mistake of the service. Runs once per run, before the first step. If the process
 * ends before all items are compared, the next process starts the comparison again.
 */
export async function removeRepeats(
  deps: RepeatDependencies,
  isProvenUnique: boolean,
): Promise<void> {
  const { ledger, runStop, selection } = deps;
  if (ledger.run.get().deduplicated !== null || runStop.reason !== null) return;
  if (!isProvenUnique) await removeInSlices(deps);
  if (runStop.reason !== null) return;
  ledger.transaction(() => {
    const removed = ledger.pages.selected() - ledger.items.counts().total;
    ledger.run.setDeduplicated(selection.source.uniqueKeys ? 0 : removed);
  });
}

async function removeInSlices({ ledger, clock, runStop }: RepeatDependencies): Promise<void> {
  const seen = ScratchSet.open();
  try {
    for (let after = 0; runStop.reason === null; ) {
      const slice = ledger.selection.keysAfter(after, SLICE);
      const last = slice.at(-1);
      if (last === undefined) return;
      after = last.seq;
      const unseen = new Set(seen.add(slice.map(({ key }) => key)));
      const repeats = slice.filter(({ key }) => !unseen.delete(key)).map(({ seq }) => seq);
      if (repeats.length > 0) ledger.unsynced(() => ledger.selection.remove(repeats));
      await clock.tick();
    }
  } finally {
    seen.close();
  }
}
