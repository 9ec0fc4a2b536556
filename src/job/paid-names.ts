import type * as z from 'zod';
import { findOperation, OPERATIONS } from '../operations/all-operations.ts';
import { blockSchema, countSchema } from './job-value-schemas.ts';

type Paid = NonNullable<(typeof OPERATIONS)[number]['paid']>;

/** The name of a paid operation in `limits.paid`. */
export type PaidName = Paid['name'];

const bought = OPERATIONS.map(({ paid }) => paid)
  .filter((paid) => paid !== null)
  .sort((one, other) => one.place - other.place);

/** The budgets of a job: `limits.paid`. */
export const paidSchema = blockSchema(
  Object.fromEntries(bought.map(({ name, items }) => [name, paidCount(items)] as const)) as Record<
    PaidName,
    z.ZodOptional<ReturnType<typeof countSchema>>
  >,
);

function paidCount(items: string) {
  return countSchema(0).optional().describe(`${items}: maximum number in the whole run`);
}

/** The paid operation of a step; null if the step costs only its requests. */
export function paidName({ uses }: { readonly uses: string }): PaidName | null {
  const name = findOperation(uses)?.paid?.name;
  return bought.find((paid) => paid.name === name)?.name ?? null;
}
