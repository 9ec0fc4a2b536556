import type { ClaimedItem } from '../../ledger/item-row.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Doubt, Operation } from '../../operations/operation.ts';
import { lostAnswerRule } from './lost-answer.ts';

const WINDOW = 1000;

/** Dependencies of recovery. */
export interface RecoverDependencies {
  readonly ledger: Ledger;
  readonly steps: readonly { readonly operation: Operation }[];
  readonly serverNow: () => number;
  readonly settleMs: number;
}

/**
 * Repairs the states of items that were running when the last process ended. If no intent (the record before
 * a send) was written, nothing was sent, and the item is pending again. If one was written, the request may
 * have had its effect, and the operation's `doubt` decides what to do.
 */
export function recoverRun(deps: RecoverDependencies): void {
  deps.steps.forEach(({ operation }, step) => {
    let items = deps.ledger.items.running(step, WINDOW);
    while (items.length > 0) {
      recoverWindow(deps, { step, items, doubt: operation.doubt });
      items = deps.ledger.items.running(step, WINDOW);
    }
  });
}

function recoverWindow(
  { ledger, serverNow, settleMs }: RecoverDependencies,
  window: { step: number; items: readonly ClaimedItem[]; doubt: Doubt },
): void {
  const { step, doubt } = window;
  const unsent = window.items.filter((item) => item.openSends === 0);
  const sent = window.items.filter((item) => item.openSends > 0);
  const rule = lostAnswerRule(doubt, { settleMs });
  ledger.transaction(() => {
    moveToPending(unsent, 0);
    if (rule === 'in-doubt') putInDoubt(sent);
    else {
      // True if the answer to the item's upload is stored. Then only the check of that answer is left to do.
      const hasAnswer = ({ seq }: ClaimedItem) => ledger.transfers.answer(seq) !== null;
      moveToPending(sent.filter(hasAnswer), 0);
      const lost = sent.filter((item) => !hasAnswer(item));
      for (const [due, items] of byDueTime(lost, rule.waitMs)) moveToPending(items, due);
    }
  });

  function moveToPending(items: readonly ClaimedItem[], notBefore: number): void {
    if (items.length === 0) return;
    const seqs = items.map(({ seq }) => seq);
    ledger.items.moveItems({ seqs, step, from: 'running', to: 'pending', notBefore });
  }

  function putInDoubt(items: readonly ClaimedItem[]): void {
    if (items.length === 0) return;
    const seqs = items.map(({ seq }) => seq);
    ledger.items.moveItems({ seqs, step, from: 'running', to: 'in-doubt' });
    for (const item of items) {
      ledger.outcomes.put({
        item: item.seq,
        step,
        state: 'in-doubt',
        reason: 'process_ended',
        message:
          'The process ended before ucbulk recorded the answer. The request may have been carried out.',
        requestId: null,
        result: null,
        at: item.sentAt ?? serverNow(),
      });
    }
  }
}

/**
 * Groups items by the time when the effect of their request must be visible at the latest. This time counts
 * from the send. If it counted from the start of this process, a process that crashes again and again would
 * never reach it (docs/guarantees.md, W3).
 */
function byDueTime(items: readonly ClaimedItem[], waitMs: number): Map<number, ClaimedItem[]> {
  const groups = new Map<number, ClaimedItem[]>();
  for (const item of items) {
    const due = waitMs === 0 ? 0 : (item.sentAt ?? 0) + waitMs;
    groups.set(due, [...(groups.get(due) ?? []), item]);
  }
  return groups;
}
