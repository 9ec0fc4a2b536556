import type { ItemKey } from '../../core/item.ts';
import type { Ledger } from '../../ledger/ledger.ts';

/** The message of a changed item. ucbulk does not know which of the two it is. */
const NO_LONGER = 'it no longer matches, or no longer exists';

/**
 * Records items of a plan that no longer match, as skipped. Must be called in the transaction of their page, so
 * that no step can ever claim them.
 */
export function insertChanged(
  keys: readonly ItemKey[],
  { no, ledger, at }: { readonly no: number; readonly ledger: Ledger; readonly at: number },
): void {
  if (keys.length === 0) return;
  const first = ledger.items.lastSeq() + 1;
  ledger.items.insert(
    keys.map((key) => ({ key, details: null })),
    no,
  );
  const seqs = keys.map((_, index) => first + index);
  ledger.items.moveItems({ seqs, step: 0, from: 'pending', to: 'skipped' });
  for (const item of seqs) {
    ledger.outcomes.put({
      item,
      step: 0,
      state: 'skipped',
      reason: 'changed',
      message: NO_LONGER,
      requestId: null,
      result: null,
      at,
    });
  }
}
