import type { Ledger } from '../../ledger/ledger.ts';
import type { RunListener, SettledItem } from '../run-events.ts';
import type { EndedItem, HookCalls } from '../tasks/item-hooks.ts';
import type { ItemResult } from '../tasks/task.ts';

/**
 * Emits events for recorded results, by the attempt to which they belong: the number of items of each step,
 * each failure, and the number of retries. Then calls the hooks.
 */
export function emitSettled(
  {
    ledger,
    listener,
    hooks,
  }: {
    readonly ledger: Ledger;
    readonly listener: RunListener;
    readonly hooks?: HookCalls | undefined;
  },
  recorded: ReadonlyMap<{ readonly step: number }, readonly ItemResult[]>,
): void {
  const ended = new Map<number, SettledItem[]>();
  for (const [{ step }, results] of recorded) {
    const items = ended.get(step) ?? [];
    ended.set(step, items);
    for (const result of results) {
      if (result.to !== 'outcome') continue;
      items.push({ key: result.item.key, outcome: result.outcome.kind });
    }
  }
  const counts = ledger.items.counts();
  for (const [step, items] of ended) {
    listener({ kind: 'items-settled', step, count: items.length, counts, items });
  }
  for (const results of recorded.values()) emitFailures(listener, results);
  if (hooks === undefined) return;
  for (const [{ step }, results] of recorded) hooks.after(step, results.filter(isEnded));
}

function isEnded(result: ItemResult): result is ItemResult & EndedItem {
  return result.to === 'outcome';
}

function emitFailures(listener: RunListener, results: readonly ItemResult[]): void {
  for (const result of results) {
    if (result.to === 'outcome' && result.outcome.kind === 'failed') {
      listener({ kind: 'item-failed', key: result.item.key, ...result.outcome.failure });
    }
  }
  const retried = results.find((result) => result.to === 'retry');
  if (retried?.to !== 'retry') return;
  const count = results.filter(({ to }) => to === 'retry').length;
  listener({ kind: 'retry-scheduled', count, ...retried.note });
}
