import { type Money, toMoney } from '../core/money.ts';
import { UserError } from '../core/user-error.ts';
import type { PaidName } from './paid-names.ts';
import type { PriceList } from './price-list-schema.ts';

/** The parts of a job from which its cost follows. */
interface Priced {
  readonly limits: { readonly cost?: string | undefined };
  readonly prices?: string | PriceList | undefined;
}

/**
 * The prices of a job; null if it has none. Throws if nobody has read the price file, which only a program that
 * uses ucbulk as a library can forget.
 */
export function priceList({ prices }: Pick<Priced, 'prices'>): PriceList | null {
  if (typeof prices !== 'string') return prices ?? null;
  const advice = 'Read it with `loadPriceFile`, and give the result to `loadJobFile`.';
  throw new UserError('usage', `The price file ${prices} of the job was not read. ${advice}`);
}

/** The price of an item or a request in a job, with its currency; undefined if the job has no price for it. */
export function priceIn(
  job: Pick<Priced, 'prices'>,
  name: PaidName | 'request',
): { readonly perItem: Money; readonly currency: string } | undefined {
  const list = priceList(job);
  const text = list?.[name];
  if (list === null || text === undefined) return undefined;
  return { perItem: toMoney(text), currency: list.currency };
}

/**
 * Requests for which a run with `limits.cost` keeps money whenever it pays for an item. A remote job needs about
 * six: its start, polls, a read of the result and the later steps.
 */
const FOLLOW_UP_REQUESTS = 30n;

/** The maximum cost of a run, and the money to keep for each paid item. */
export function costLimits(job: Priced): {
  readonly maxCost: Money | null;
  readonly followUp: Money;
} {
  const { cost } = job.limits;
  return {
    maxCost: cost === undefined ? null : toMoney(cost.split(' ')[0] ?? ''),
    followUp: (priceIn(job, 'request')?.perItem ?? 0n) * FOLLOW_UP_REQUESTS,
  };
}
