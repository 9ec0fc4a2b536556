import { formatCounted } from '../../core/counted.ts';
import { type Wait, WaitReporter } from '../../core/wait.ts';
import { needsProbe } from '../failure/lost-answer.ts';
import type { WorkDependencies } from './work-dependencies.ts';

type WatchDependencies = Pick<
  WorkDependencies,
  'clock' | 'ledger' | 'listener' | 'outage' | 'serverNow' | 'steps'
>;

/**
 * Emits an event when a run can do nothing but wait, so that it does not seem to hang. The run may wait for
 * the time of a probe after a lost answer, or for the retry of a failed item.
 */
export class IdleWatch {
  readonly #deps: WatchDependencies;
  readonly #reporter: WaitReporter;

  constructor(deps: WatchDependencies) {
    this.#deps = deps;
    this.#reporter = new WaitReporter('idle', deps.clock, deps.listener);
  }

  /** Records that nothing is in flight and that the next item is due at `due`, server time, ms. */
  waitsUntil(due: number): void {
    const facts = this.#lostAnswers(due) ?? this.#postponedItems(due);
    if (facts === null) this.end();
    else this.#reporter.begin(due - this.#deps.serverNow(), facts);
  }

  /** Records that the run sends requests again, or stops. */
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

  /**
   * The postponed items for which the run waits. Null if the next due work is a poll of a remote job: such a
   * wait is normal and is not reported. Waits because of an outage are reported elsewhere.
   */
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
