import { formatCost, moneyText } from '../../core/money.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { EngineStep, PaidPrice } from '../tasks/step-items.ts';

interface Dependencies {
  readonly ledger: Pick<Ledger, 'items' | 'paid' | 'costs'>;
  readonly steps: readonly Pick<EngineStep, 'paid'>[];
}

/**
 * The number of items that the step may still claim within its budget and within the cost limit; infinite if it
 * has neither. A claimed item counts as sent, so that the step never claims more items than the budget allows.
 */
export function remainingBudget(deps: Dependencies, step: number): number {
  const { ledger, steps } = deps;
  const paid = steps[step]?.paid ?? null;
  if (paid === null) return Number.POSITIVE_INFINITY;
  const affordable = affordableItems(deps, step, paid.price);
  if (paid.limit === null) return affordable;
  const unsent = stepsThatPay(steps, paid.name).map((place) => ledger.paid.unsent(place));
  const left = Math.max(0, paid.limit - ledger.paid.spent(paid.name) - sum(unsent));
  return Math.min(left, affordable);
}

/** The number of items that the step may still claim within the cost limit. */
function affordableItems(
  { ledger, steps }: Dependencies,
  step: number,
  price: PaidPrice | undefined,
): number {
  if (price === undefined || price.perItem + price.followUp === 0n) return Number.POSITIVE_INFINITY;
  let left = ledger.costs.left(step, price);
  if (left === null) return Number.POSITIVE_INFINITY;
  for (const [place, { paid }] of steps.entries()) {
    if (paid?.price !== undefined) left -= paid.price.perItem * BigInt(ledger.paid.unsent(place));
  }
  return left <= 0n ? 0 : Number(left / (price.perItem + price.followUp));
}

/**
 * Describes budgets that are used up although items still need them, and how to continue. Returns null if
 * there are none.
 */
export function describeSpent(deps: Dependencies): string | null {
  const { ledger, steps } = deps;
  const counts = ledger.items.countsByStep();
  const pendingAt = (places: readonly number[]) =>
    sum(places.map((place) => counts.get(place)?.pending ?? 0));
  const budgets = new Map(steps.flatMap(({ paid }) => (paid === null ? [] : [[paid.name, paid]])));
  const spent = [...budgets.values()].flatMap(({ name, limit, price }) => {
    const places = stepsThatPay(steps, name);
    const waiting = pendingAt(places);
    if (waiting === 0) return [];
    const wait = waiting === 1 ? '1 item waits' : `${waiting} items wait`;
    if (limit !== null && ledger.paid.spent(name) >= limit) {
      return [`The budget of ${limit} ${name} (limits.paid) is spent, and ${wait} for it.`];
    }
    const isAffordable = places.some((place) => affordableItems(deps, place, price) > 0);
    if (price === undefined || isAffordable) return [];
    return [`${describeCost(deps, price, name)} ${wait} for it.`];
  });
  if (spent.length === 0) return null;
  return `${spent.join(' ')} Raise it in the job file, then run \`ucbulk resume --job FILE\`.`;
}

function describeCost({ ledger }: Dependencies, price: PaidPrice, name: string): string {
  const limit = inCurrency(price, price.maxCost ?? 0n);
  const one = inCurrency(price, price.perItem);
  return `The budget of ${limit} (limits.cost) is not enough for one more ${name} (${one}): the run already costs up to ${inCurrency(price, ledger.costs.total())}.`;
}

function inCurrency({ currency }: PaidPrice, money: bigint): string {
  return formatCost({ amount: moneyText(money), currency });
}

function stepsThatPay(steps: Dependencies['steps'], name: string): number[] {
  return [...steps.keys()].filter((step) => steps[step]?.paid?.name === name);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
