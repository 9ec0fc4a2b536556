import { formatCounted } from '../../core/counted.ts';
import { type Wait, WaitReporter } from '../../core/wait.ts';
import { needsProbe } from '../failure/lost-answer.ts';
import type { WorkDependencies } from './work-dependencies.ts';

type WatchDependencies = Pick<
  WorkDependencies,
  'clock' | 'ledger' | 'listener' | 'outage' | 'serverNow' | 'steps'
>;

/**
 * Reports when a run can only wait: until lost answers may be probed, or until failed items may be retried.
 * Otherwise it would seem to hang for minutes.
 */
export class IdleWatch {
  readonly #deps: WatchDependencies;
  readonly #reporter: WaitReporter;

  constructor(deps: WatchDependencies) {
    this.#deps = deps;
    this.#reporter = new WaitReporter('idle', deps.clock, deps.listener);
  }

  /** Nothing is in flight; the next item is due at this server time, ms. */
  waitsUntil(due: number): void {
    const facts = this.#lostAnswers(due) ?? this.#postponedItems(due);
    if (facts === null) this.end();
    else this.#reporter.begin(due - this.#deps.serverNow(), facts);
  }

  /** Something is sent again, or the run stops. */
  end(): void {
    this.#reporter.end();
  }

  #lostAnswers(due: number): Omit<Wait, 'since' | 'until'> | null {
    const { ledger, steps } = this.#deps;
    const lookedUp = ledger.lostAnswers.byStep().filter(({ step }) => {
      const operation = steps[step]?.operation;
      return operation !== undefined && needsProbe(operation.doubt);
    });
    if (!lookedUp.some((lost) => lost.due === due)) return null;
    const lostAnswers = lookedUp.reduce((sum, { count }) => sum + count, 0);
    const reason = `waiting to look up ${formatCounted(lostAnswers, 'lost answer')}`;
    return { kind: 'lost-answers', reason, lostAnswers };
  }

  /** Null if a remote job is due: waiting for it is normal work. Outages report themselves. */
  #postponedItems(due: number): Omit<Wait, 'since' | 'until'> | null {
    const { ledger, outage, steps } = this.#deps;
    const isPostponed = steps.some(
      (_, step) => !outage.of(step).isOpen && ledger.due.nextDue(step) === due,
    );
    if (!isPostponed) return null;
    const { pending } = ledger.items.counts();
    return { kind: 'items', reason: `waiting to retry ${formatCounted(pending, 'item')}` };
  }
}
