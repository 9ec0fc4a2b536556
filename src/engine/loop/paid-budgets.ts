import type { Ledger } from '../../ledger/ledger.ts';
import type { EngineStep } from '../tasks/step-items.ts';

interface Dependencies {
  readonly ledger: Pick<Ledger, 'items' | 'paid'>;
  readonly steps: readonly Pick<EngineStep, 'paid'>[];
}

/**
 * The number of items that the step may still claim within its budget; infinite if it has no budget. A
 * claimed item counts as sent, so that the step never claims more items than the budget allows.
 */
export function remainingBudget({ ledger, steps }: Dependencies, step: number): number {
  const paid = steps[step]?.paid ?? null;
  if (paid === null || paid.limit === null) return Number.POSITIVE_INFINITY;
  const unsent = stepsThatPay(steps, paid.name).map((place) => ledger.paid.unsent(place));
  return Math.max(0, paid.limit - ledger.paid.spent(paid.name) - sum(unsent));
}

/**
 * Describes budgets that are used up although items still need them, and how to continue. Returns null if
 * there are none.
 */
export function describeSpent({ ledger, steps }: Dependencies): string | null {
  const counts = ledger.items.countsByStep();
  const budgets = new Map(steps.flatMap(({ paid }) => (paid === null ? [] : [[paid.name, paid]])));
  const spent = [...budgets.values()].flatMap(({ name, limit }) => {
    const waiting = sum(stepsThatPay(steps, name).map((step) => counts.get(step)?.pending ?? 0));
    if (limit === null || waiting === 0 || ledger.paid.spent(name) < limit) return [];
    const wait = waiting === 1 ? '1 item waits' : `${waiting} items wait`;
    return [`The budget of ${limit} ${name} (limits.paid) is spent, and ${wait} for it.`];
  });
  if (spent.length === 0) return null;
  return `${spent.join(' ')} Raise it in the job file, then run \`ucbulk resume --job FILE\`.`;
}

function stepsThatPay(steps: Dependencies['steps'], name: string): number[] {
  return [...steps.keys()].filter((step) => steps[step]?.paid?.name === name);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
