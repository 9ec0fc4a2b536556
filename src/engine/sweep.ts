import type { RunDependencies } from './run-dependencies.ts';
import type { SweepItems } from './sweeps.ts';

/** Number of items that one statement reopens. */
const SLICE = 1000;

/**
 * Compares the run with a new listing after its work, and does items again whose effect is missing. Stops when
 * nothing is left, when a sweep made no progress, or after `limit` sweeps. `work` must do all pending items. The
 * ledger has the number of sweeps, so a resumed run does no more of them.
 */
export async function sweepRun(
  { ledger, runStop, serverNow, sweeps, steps }: RunDependencies,
  work: () => Promise<void>,
): Promise<void> {
  if (sweeps == null) return;
  for (;;) {
    const before = ledger.sweeps.last();
    if (runStop.reason !== null || before?.reopened === 0) return;
    const { undone, failed, ...counts } = await sweeps.compare();
    const leftOver = [...undone, ...failed].reduce((sum, { seqs }) => sum + seqs.length, 0);
    const no = (before?.no ?? 0) + 1;
    const hasProgress = before === null || leftOver < before.leftOver;
    const reopened = no <= sweeps.limit && hasProgress ? leftOver : 0;
    ledger.transaction(() => {
      ledger.sweeps.add({ no, at: serverNow(), ...counts, leftOver, reopened });
      if (reopened > 0) reopen(no);
    });
    if (reopened === 0) return;
    await work();

    function reopen(sweep: number): void {
      const last = steps.length - 1;
      for (const { step, seqs } of undone.flatMap(slices)) {
        ledger.sweeps.reopen(sweep, { step, last, seqs });
      }
      if (failed.length === 0) return;
      const items = failed.reduce((sum, { seqs }) => sum + seqs.length, 0);
      const retry = { at: serverNow(), codes: null, condition: null, items, confirmed: {} };
      const id = ledger.retries.begin(retry);
      for (const { step, seqs } of failed.flatMap(slices)) {
        ledger.retries.reopen(id, { step, seqs });
      }
    }
  }
}

function slices({ step, seqs }: SweepItems): SweepItems[] {
  const count = Math.ceil(seqs.length / SLICE);
  return Array.from({ length: count }, (_, index) => {
    return { step, seqs: seqs.slice(index * SLICE, (index + 1) * SLICE) };
  });
}
