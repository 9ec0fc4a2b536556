import {
  findTraits,
  OPERATION_TRAITS,
  type OperationTraits,
} from '../operations/operation-traits.ts';
import { OWN_PURCHASE } from '../operations/own-purchase.ts';

type Traits = (typeof OPERATION_TRAITS)[keyof typeof OPERATION_TRAITS];
type Paid = Extract<Traits, Required<Pick<OperationTraits, 'paid'>>>['paid'] | typeof OWN_PURCHASE;

/** The name of an operation that costs money, as `limits.paid` uses it. */
export type PaidName = Paid['name'];

const bought = Object.values(OPERATION_TRAITS).flatMap((traits) =>
  'paid' in traits ? [traits.paid] : [],
);

/** The budgets of all operations that cost money, in the order of lists of budgets. */
export const BUDGETS: readonly Paid[] = [...bought, OWN_PURCHASE].sort(
  (one, other) => one.place - other.place,
);

/** The names of all operations that cost money. */
export const PAID_NAMES: readonly PaidName[] = BUDGETS.map(({ name }) => name);

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
  const name = findTraits(uses)?.paid?.name;
  return BUDGETS.find((paid) => paid.name === name)?.name ?? null;
}
