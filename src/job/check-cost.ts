import type { FlowFault } from './check-flow.ts';
import { paidName } from './paid-names.ts';
import type { PriceList } from './price-list-schema.ts';
import type { Step } from './step-schemas.ts';

/** The parts of a job on which its cost depends. */
interface CostParts {
  readonly steps: readonly Step[];
  readonly limits: { readonly cost?: string | undefined };
  readonly prices?: string | PriceList | undefined;
}

/**
 * Finds reasons why ucbulk could not obey `limits.cost`: the job has no prices, an operation has no price, or
 * the limit is in another currency. Nothing can be said before the price file is read.
 */
export function costFaults({ steps, limits, prices }: CostParts): FlowFault[] {
  if (limits.cost === undefined || typeof prices === 'string') return [];
  const path = ['limits', 'cost'];
  if (prices === undefined) {
    return [{ path, message: 'needs prices; add the path of your price file as `prices`' }];
  }
  const currency = String(limits.cost).split(' ')[1];
  if (currency !== undefined && currency !== prices.currency) {
    const message = `is in ${currency}, but the prices are in ${prices.currency}; use the same currency`;
    return [{ path, message }];
  }
  const names = new Set(steps.map(paidName).filter((name) => name !== null));
  return [...names]
    .filter((name) => prices[name] === undefined)
    .map((name) => ({
      path,
      message: `needs a price for ${name}; add it to the price file, or remove the limit`,
    }));
}
