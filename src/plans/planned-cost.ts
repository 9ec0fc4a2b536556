import { type Money, moneyText } from '../core/money.ts';
import type { Job } from '../job/job-schema.ts';
import { paidName } from '../job/paid-names.ts';
import { costLimits, priceIn, priceList } from '../job/price-list.ts';
import type { StepWork } from './planned-work.ts';

/** The cost of one step, or of all requests. */
export interface CostPart {
  /** Id of the step; null for the requests. */
  readonly step: string | null;
  /** Name of the operation in `limits.paid`, or `request`. */
  readonly name: string;
  /** Number of items or requests. */
  readonly units: number;
  /** Price of one unit, a decimal text such as `0.08`. */
  readonly price: string;
  readonly amount: string;
}

/**
 * The expected cost of a run by the prices of its job, in one currency. The cost of steps is the highest possible
 * one, and that of requests an estimate. Amounts are decimal texts.
 */
export interface PlannedCost {
  readonly currency: string;
  readonly total: string;
  /** `limits.cost` of the job; null if there is none. */
  readonly limit: string | null;
  readonly parts: readonly CostPart[];
  /** Paid operations of the job that have no price. The total does not include them. */
  readonly unpriced: readonly string[];
}

/** Calculates the cost of a run from its work. Undefined if the job has no prices. */
export function planCost(
  job: Job,
  { steps, requests }: { readonly steps: readonly StepWork[]; readonly requests: number },
): PlannedCost | undefined {
  const list = priceList(job);
  if (list === null) return undefined;
  const units = steps.flatMap(({ id, paid }, index) => {
    const name = paidName(job.steps[index] ?? { uses: '' });
    return paid === null || name === null ? [] : [{ step: id, name, units: paid.most }];
  });
  const all = [...units, { step: null, name: 'request' as const, units: requests }];
  let total: Money = 0n;
  const parts = all.flatMap(({ step, name, units }) => {
    const price = priceIn(job, name)?.perItem;
    if (price === undefined) return [];
    const amount = price * BigInt(units);
    total += amount;
    return [{ step, name, units, price: moneyText(price), amount: moneyText(amount) }];
  });
  const { maxCost } = costLimits(job);
  return {
    currency: list.currency,
    total: moneyText(total),
    limit: maxCost === null ? null : moneyText(maxCost),
    parts,
    unpriced: [...new Set(units.map(({ name }) => name))].filter(
      (name) => list[name] === undefined,
    ),
  };
}
