import type { ItemMove } from '../ledger/item-table.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { goesOnAfter } from './result-records.ts';
import type { EngineStep } from './step-items.ts';
import type { ItemResult } from './task.ts';

/** Where items stand, and what their job has. */
export interface TargetPlace {
  readonly step: number;
  readonly steps: readonly Pick<EngineStep, 'id' | 'continues'>[];
  readonly ledger: Pick<Ledger, 'outcomes'>;
  /** From when on those that go on to another step stand in line there, server time, ms. */
  readonly since: number;
}

type Target = Pick<ItemMove, 'seqs' | 'to' | 'toStep' | 'notBefore'>;

/**
 * Where items go from a step, all of them with the same kind of result: on to the next step where
 * it is done, not for them, or failed and told to go on, else to their end. An item that went on
 * after a failure ends as failed.
 */
export function itemTargets(
  results: readonly ItemResult[],
  { step, steps, ledger, since }: TargetPlace,
): Target[] {
  const [first] = results;
  const seqs = results.map(({ item }) => item.seq);
  if (first === undefined) return [];
  const end = first.to === 'outcome' ? first.outcome.kind : 'done';
  const goesOn =
    first.to !== 'outcome' ||
    goesOnAfter(first.outcome) ||
    (end === 'failed' && steps[step]?.continues === true);
  if (!goesOn) return [{ seqs, to: end }];
  if (step + 1 < steps.length) {
    return [{ seqs, to: 'pending', toStep: step + 1, notBefore: since }];
  }
  if (end === 'failed' || !steps.some(({ continues }) => continues)) return [{ seqs, to: end }];
  const failed = seqs.filter((seq) => ledger.outcomes.hasFailed(seq));
  const done = seqs.filter((seq) => !failed.includes(seq));
  return [
    { seqs: done, to: end },
    { seqs: failed, to: 'failed' as const },
  ].filter((target) => target.seqs.length > 0);
}
