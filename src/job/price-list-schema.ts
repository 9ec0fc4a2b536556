import * as z from 'zod';
import { decimalText, moneyText, parseMoney } from '../core/money.ts';
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
