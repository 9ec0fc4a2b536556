import { type EffectCount, formatEffects } from '../core/effect-count.ts';
import { moneyText } from '../core/money.ts';
import { present } from '../core/present.ts';
import { countMatching } from '../ledger/count-matching.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunDependencies } from './run-dependencies.ts';
import type { EngineStep, PaidPrice, PaidUse } from './tasks/step-items.ts';

type Dependencies = Pick<RunDependencies, 'confirm' | 'ledger' | 'runStop' | 'serverNow' | 'steps'>;

/**
 * Asks the user to confirm everything that these items would delete or pay for. Runs before the first request
 * that deletes or pays. `items` is the size of the complete selection, or that of the canary. Returns false if
 * the run must stop.
 */
export async function askForConsent(deps: Dependencies, items: number): Promise<boolean> {
  const { ledger, steps, runStop } = deps;
  if (runStop.reason !== null) return false;
  const effects = countEffects(steps, items);
  if (items === 0 || effects.length === 0 || ledger.run.get().confirmedAt !== null) return true;
  if (hasPaidBefore(deps, effects)) return true;
  const answer = await deps.confirm({ effects, items });
  if (answer === 'yes') {
    ledger.transaction(() => ledger.run.setConfirmed(deps.serverNow()));
    return true;
  }
  if (answer === 'no') decline(deps, effects);
  else {
    const message = `Not confirmed: to ${formatEffects(effects)} needs a confirmation, and there was no answer. ${describeProgress(ledger)} Answer the question on a terminal, or add --yes.`;
    runStop.stop({ kind: 'guard', message, waitsForAnswer: true });
  }
  return false;
}

/** Describes how much work was done, for a run that stops before it runs its steps. */
export function describeProgress(ledger: Ledger): string {
  // A new guard or a new question can also stop a resumed run. Its earlier processes may have done some work.
  // So look whether all items are still untouched.
  const isUntouched = (ledger.items.countsByStep().get(0)?.pending ?? 0) === countMatching(ledger);
  return isUntouched ? 'Nothing was done.' : 'The run sends nothing more.';
}

/**
 * True if the run deletes nothing and has already paid for something. Such a run was started by an earlier
 * version of ucbulk, which did not ask before payments. It continues without a question. A run that deletes
 * can't continue so: earlier versions asked before deletes, so if the ledger has no answer, nobody has
 * agreed.
 */
function hasPaidBefore({ ledger }: Dependencies, effects: readonly EffectCount[]): boolean {
  return effects.every(({ kind }) => kind === 'pay') && effects.some(isSpent);

  function isSpent({ name }: EffectCount): boolean {
    return ledger.paid.spent(name) > 0;
  }
}

/** Records the answer "no" in the ledger at once, so that it holds even if the process dies now. */
function decline(
  { ledger, runStop, serverNow }: Dependencies,
  effects: readonly EffectCount[],
): void {
  const message = `Declined: the answer to "${formatEffects(effects)}?" was no. ${describeProgress(ledger)} This run can't be resumed. To do it after all, start a new run.`;
  ledger.transactionFromReserve(() => ledger.run.setState('declined', message, serverNow()));
  runStop.stop({ kind: 'declined', message });
}

/** The properties of a step that determine its effects. */
interface EffectStep extends Pick<EngineStep, 'work' | 'fileFrom'> {
  readonly paid:
    | (Pick<PaidUse, 'name' | 'limit'> & {
        readonly price?: Pick<PaidPrice, 'perItem' | 'currency'>;
      })
    | null;
  readonly operation: Pick<EngineStep['operation'], 'kind' | 'destructive'>;
}

/**
 * True if a step deletes or costs money. The run then needs the complete selection and the user's
 * confirmation.
 */
export function needsConsent({ operation, paid }: Pick<EngineStep, 'operation' | 'paid'>): boolean {
  return operation.destructive || paid !== null;
}

/** Counts the deletes and payments of the steps, with one entry per operation. */
export function countEffects(steps: readonly EffectStep[], items: number): EffectCount[] {
  const counts = new Map<string, EffectCount>();
  const add = (
    effect: Pick<EffectCount, 'kind' | 'name' | 'limit'>,
    price?: Pick<PaidPrice, 'perItem' | 'currency'>,
  ): void => {
    const key = `${effect.kind} ${effect.name}`;
    const others = (counts.get(key)?.steps ?? 0) + 1;
    const count = others * items;
    const cost = price && {
      amount: moneyText(price.perItem * BigInt(count)),
      currency: price.currency,
    };
    counts.set(key, { ...effect, steps: others, items, count, ...present({ cost }) });
  };
  const bought = new Set<string>();
  for (const [place, { operation, paid, work, fileFrom }] of steps.entries()) {
    if (operation.destructive) add({ kind: 'delete', name: operation.kind, limit: null });
    // A run pays only once for the same work on the same file, even if several steps do this work.
    const purchase = `${work ?? `step ${place}`} on ${fileFrom ?? 'the item'}`;
    if (paid === null || bought.has(purchase)) continue;
    bought.add(purchase);
    add({ kind: 'pay', name: paid.name, limit: paid.limit }, paid.price);
  }
  return [...counts.values()];
}
