import type { Ledger } from '../../ledger/ledger.ts';
import type { EngineStep } from '../tasks/step-items.ts';

/** What is looked at. */
export interface BudgetPorts {
  readonly ledger: Pick<Ledger, 'items' | 'paid'>;
  readonly steps: readonly Pick<EngineStep, 'paid'>[];
}

/**
 * How many items that were not sent yet the step may still claim; no end where nothing bounds it.
 * What is claimed and not yet sent counts as if it were, so that no more is claimed than can be paid.
 */
export function placesLeft({ ledger, steps }: BudgetPorts, step: number): number {
  const paid = steps[step]?.paid ?? null;
  if (paid === null || paid.limit === null) return Number.POSITIVE_INFINITY;
  const unsent = stepsOf(steps, paid.name).map((place) => ledger.paid.unsent(place));
  return Math.max(0, paid.limit - ledger.paid.spent(paid.name) - sum(unsent));
}

/** Which budgets are spent while items wait for them, and how to go on; null where none is. */
export function describeSpent({ ledger, steps }: BudgetPorts): string | null {
  const counts = ledger.items.countsByStep();
  const budgets = new Map(steps.flatMap(({ paid }) => (paid === null ? [] : [[paid.name, paid]])));
  const spent = [...budgets.values()].flatMap(({ name, limit }) => {
    const waiting = sum(stepsOf(steps, name).map((step) => counts.get(step)?.pending ?? 0));
    if (limit === null || waiting === 0 || ledger.paid.spent(name) < limit) return [];
    const wait = waiting === 1 ? '1 item waits' : `${waiting} items wait`;
    return [`The budget of ${limit} ${name} (limits.paid) is spent, and ${wait} for it.`];
  });
  if (spent.length === 0) return null;
  return `${spent.join(' ')} Raise it in the job file and go on with \`ucbulk resume --job FILE\`.`;
}

function stepsOf(steps: BudgetPorts['steps'], name: string): number[] {
  return [...steps.keys()].filter((step) => steps[step]?.paid?.name === name);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
