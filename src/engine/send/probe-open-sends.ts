import { type ClassifiedError, toFailure } from '../../core/failure.ts';
import type { Item } from '../../core/item.ts';
import type { Probe } from '../../operations/operation.ts';
import { stopIfFatal } from '../failure/after-failure.ts';
import { afterFailedProbe, afterProbe } from '../failure/after-probe.ts';
import { needsProbe } from '../failure/lost-answer.ts';
import { settleAll } from '../tasks/parallel.ts';
import { groupByRequest, type Task, type TaskDependencies, withFrozenTime } from '../tasks/task.ts';

/** The result of the probes, with the items that must be sent. */
export interface Probed {
  /** The failure that must stop the run; null if there is none. */
  readonly fatal: ClassifiedError | null;
  readonly ready: readonly Item[];
}

/**
 * Probes requests whose answers were lost, to find out what they did. Does nothing if the operation does not
 * support probes.
 */
export async function probeOpenSends(task: Task, deps: TaskDependencies): Promise<Probed> {
  const { doubt } = deps.operation;
  const probe = 'probe' in doubt && doubt.probe !== 'replay' ? doubt.probe : null;
  if (probe === null || !needsProbe(doubt)) return { fatal: null, ready: task.items };
  const inQuestion = task.items.filter((item) => isInQuestion(item, deps));
  // The items of a batch request have one common effect, so one probe is enough for them. All other items
  // need one probe each.
  const requests =
    deps.operation.shape === 'batch'
      ? groupByRequest(inQuestion)
      : inQuestion.map((item) => [item]);
  const ends = await settleAll(
    requests.map((items) => probeRequest({ ...task, items }, probe, deps)),
  );
  const unsent = new Set(ends.flatMap((end) => end.ready));
  // Keeps the order of the task's items. If items are sent together again, they have the same order as in
  // their first request.
  const ready = task.items.flatMap((item) => {
    if (!isInQuestion(item, deps)) return [item];
    return unsent.has(item) ? [{ ...item, openSends: 0, sentAt: null }] : [];
  });
  const fatal = ends.map((end) => end.fatal).find((failure) => failure !== null) ?? null;
  return { fatal, ready };
}

/**
 * True if the last request of an item must be probed. No probe is needed while the answer to the request is
 * stored and ucbulk can still check this answer. After too many failed checks, a probe is needed.
 */
function isInQuestion(item: Item, { journal, policy }: TaskDependencies): boolean {
  if (item.openSends === 0) return false;
  return !journal.hasAnswer(item) || item.attempts >= policy.maxAttempts;
}

async function probeRequest(task: Task, probe: Probe, deps: TaskDependencies): Promise<Probed> {
  const [first] = task.items;
  if (first === undefined) return { fatal: null, ready: [] };
  const attempt = deps.journal.begin(task);
  try {
    const verdict = await deps.slot(() => probe(first, deps.stopSignal));
    const moment = withFrozenTime(deps);
    const results = task.items.map((item) => afterProbe(item, verdict, moment));
    const settled = results.filter((result) => result !== null);
    if (settled.length > 0) await attempt.settle(settled);
    return { fatal: null, ready: task.items.filter((_, place) => results[place] === null) };
  } catch (error) {
    const failure = toFailure(error);
    const fatal = stopIfFatal(failure, deps);
    const moment = withFrozenTime(deps);
    await attempt.settle(task.items.map((item) => afterFailedProbe(item, failure, moment)));
    return { fatal, ready: [] };
  }
}
