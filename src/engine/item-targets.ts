import type { ItemState } from '../core/item.ts';
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
  if (goesOn && step + 1 < steps.length) {
    return [{ seqs, to: 'pending', toStep: step + 1, notBefore: since }];
  }
  return steps.some(({ continues }) => continues) ? endsOf(seqs, end, ledger) : [{ seqs, to: end }];
}

/** How items end whose last step ended so: as failed where they went on after a failure. */
export function endsOf(
  seqs: readonly number[],
  end: 'done' | 'skipped' | 'failed',
  { outcomes }: Pick<Ledger, 'outcomes'>,
): { seqs: readonly number[]; to: ItemState }[] {
  const failed = seqs.filter((seq) => outcomes.hasFailed(seq));
  const others = seqs.filter((seq) => !failed.includes(seq));
  return [
    { seqs: others, to: end },
    { seqs: failed, to: 'failed' as const },
  ].filter((target) => target.seqs.length > 0);
}
