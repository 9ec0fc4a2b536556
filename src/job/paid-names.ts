import type * as z from 'zod';
import { findOperation, OPERATIONS } from '../operations/all-operations.ts';
import { OWN_PURCHASE } from '../operations/own-purchase.ts';
import { blockSchema, countSchema } from './job-value-schemas.ts';

type Paid = NonNullable<(typeof OPERATIONS)[number]['paid']> | typeof OWN_PURCHASE;

/** The name of an operation that costs money, as `limits.paid` uses it. */
export type PaidName = Paid['name'];

const bought = [...OPERATIONS.map(({ paid }) => paid), OWN_PURCHASE]
  .filter((paid) => paid !== null)
  .sort((one, other) => one.place - other.place);

/** The names of all operations that cost money. */
export const PAID_NAMES: readonly PaidName[] = bought.map(({ name }) => name);

/**
 * The budgets of a job in `limits.paid`: for each operation that costs money, how often the run may pay for
 * it.
 */
export const paidSchema = blockSchema(
  Object.fromEntries(bought.map(({ name, items }) => [name, paidCount(items)] as const)) as Record<
    PaidName,
    z.ZodOptional<ReturnType<typeof countSchema>>
  >,
);

function paidCount(items: string) {
  return countSchema(0).optional().describe(`${items}: maximum number in the whole run`);
}

/** The parts of a step that decide whether it costs money. */
interface Buyer {
  readonly uses: string;
  /** The facts about own code; absent for a built-in operation. */
  readonly code?: { readonly paid?: true | undefined };
}

/**
 * Returns the name in `limits.paid` for the operation of a step. Returns null if the user pays nothing for
 * the operation itself, only for its requests.
 */
export function paidName({ uses, code }: Buyer): PaidName | null {
  if (code !== undefined) return code.paid === true ? OWN_PURCHASE.name : null;
  const name = findOperation(uses)?.paid?.name;
  return bought.find((paid) => paid.name === name)?.name ?? null;
}
