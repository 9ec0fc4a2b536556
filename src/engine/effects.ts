import type { EffectCount } from '../core/effect-count.ts';
import type { EngineStep } from './step-items.ts';

/** The parts of a step that decide about its effects. */
type EffectStep = Pick<EngineStep, 'operation' | 'paid' | 'work' | 'fileFrom'>;

/** True if a step deletes or pays: its run needs the finished selection and a yes. */
export function needsConsent({ operation, paid }: Pick<EngineStep, 'operation' | 'paid'>): boolean {
  return operation.destructive || paid !== null;
}

/** Counts what cannot be undone or is paid for, one entry per operation. */
export function countEffects(steps: readonly EffectStep[], items: number): EffectCount[] {
  const counts = new Map<string, EffectCount>();
  const add = (effect: Pick<EffectCount, 'kind' | 'name' | 'limit'>): void => {
    const key = `${effect.kind} ${effect.name}`;
    const others = (counts.get(key)?.steps ?? 0) + 1;
    counts.set(key, { ...effect, steps: others, items, count: others * items });
  };
  const bought = new Set<string>();
  for (const [place, { operation, paid, work, fileFrom }] of steps.entries()) {
    if (operation.destructive) add({ kind: 'delete', name: operation.kind, limit: null });
    // A run buys the same work on the same file once.
    const purchase = `${work ?? `step ${place}`} on ${fileFrom ?? 'the item'}`;
    if (paid === null || bought.has(purchase)) continue;
    bought.add(purchase);
    add({ kind: 'pay', name: paid.name, limit: paid.limit });
  }
  return [...counts.values()];
}
