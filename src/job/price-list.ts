import * as z from 'zod';
import { decimalText, type Money, moneyText, parseMoney, toMoney } from '../core/money.ts';
import { UserError } from '../core/user-error.ts';
import { blockSchema } from './job-value-schemas.ts';
import { PAID_NAMES, type PaidName } from './paid-names.ts';

const PRICE = 'a price of 0 or more such as 0.08 or "0.08 EUR", with at most 9 decimals';
const WITH_CURRENCY = /^(\S+)(?: ([A-Z]{3}))?$/;

/** Parses an amount such as `0.08` or `"0.08 EUR"`; the currency is null if it is absent. */
function parseAmount(given: string | number) {
  const text = typeof given === 'number' ? decimalText(given) : given;
  const [, amount = '', currency = null] = WITH_CURRENCY.exec(text) ?? [];
  const money = parseMoney(amount);
  return money === null ? null : { money, currency };
}

/** An amount of money, with or without its currency: `0.08` or `"0.08 EUR"`. The result is a text. */
export function amountSchema(error: string) {
  return z
    .union([z.number({ error }), z.string({ error })], { error })
    .refine((given) => parseAmount(given) !== null, {
      error: `is not ${error}`,
    })
    .transform((given) => {
      const parsed = parseAmount(given);
      const amount = moneyText(parsed?.money ?? 0n);
      return parsed?.currency == null ? amount : `${amount} ${parsed.currency}`;
    });
}

const currencySchema = z
  .string({ error: 'a currency such as EUR' })
  .regex(/^[A-Z]{3}$/, { error: 'a currency such as EUR: three capital letters' });

const priceSchema = amountSchema(PRICE).optional();

const prices = Object.fromEntries(
  PAID_NAMES.map((name) => [name, priceSchema.describe('Price of one item')] as const),
) as Record<PaidName, typeof priceSchema>;

/** The prices of a user: for each paid item by operation, and for each request. All are in one currency. */
export const priceListSchema = blockSchema({
  currency: currencySchema.describe('Currency of all prices, such as EUR'),
  request: priceSchema.describe('Price of each request, also of polls and retries'),
  ...prices,
})
  .superRefine(({ currency, ...given }, context) => {
    for (const [name, price] of Object.entries(given)) {
      // A wrong price is still a number here: its own check reports it.
      const other = String(price ?? '').split(' ')[1] ?? currency;
      if (other === currency) continue;
      const message = `is in ${other}, but the currency of the list is ${currency}; write all prices in one currency`;
      context.addIssue({ code: 'custom', path: [name], message });
    }
  })
  .transform((list) => {
    const named = Object.entries(list).map(([name, text]) => [name, text?.split(' ')[0]]);
    return Object.fromEntries(named) as typeof list;
  });

/** A price list: the currency, and decimal texts by the name of what they are paid for. */
export type PriceList = z.output<typeof priceListSchema>;

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
