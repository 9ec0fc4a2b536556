import { type ClassifiedError, canceled, toFailure } from '../../core/failure.ts';
import type { Item, ItemKey } from '../../core/item.ts';
import type { JsonObject } from '../../core/json.ts';
import type { FixedBatches } from '../../operations/operation.ts';
import { afterFailure, stopIfFatal, toFailureNote } from '../failure/after-failure.ts';
import { recordOutage } from '../failure/record-outage.ts';
import { settleAll } from '../tasks/parallel.ts';
import { fixedBatches } from '../tasks/step-items.ts';
import { type Attempt, type Task, type TaskDependencies, withFrozenTime } from '../tasks/task.ts';
import { answeredResult } from './answered-result.ts';
import { callBeforeHooks } from './call-before-hooks.ts';
import { probeOpenSends } from './probe-open-sends.ts';
import { chunkSize, requestChunk } from './request-chunk.ts';
import type { Answer } from './settle-late.ts';

/**
 * Runs the operation for the items of a task and records a result for every item. No other code calls the API
 * for items. Returns the failure that must stop the whole run, or null.
 */
export async function executeTask(
  task: Task,
  deps: TaskDependencies,
): Promise<ClassifiedError | null> {
  const { fatal, ready } = await probeOpenSends(task, deps);
  if (fatal !== null) {
    await release(task, ready, deps);
    return fatal;
  }
  const { hooks } = deps;
  const items =
    hooks === undefined ? ready : await callBeforeHooks({ ...task, items: ready }, hooks, deps);
  const size = chunkSize(deps.operation);
  const chunks: Task[] = [];
  for (let start = 0; start < items.length; start += size) {
    chunks.push({ ...task, items: items.slice(start, start + size) });
  }
  return firstFatal(chunks.map((chunk) => sendChunk(chunk, deps)));
}

/** Returns items to `pending`. They were not sent, because the run stops. */
async function release(task: Task, items: readonly Item[], deps: TaskDependencies): Promise<void> {
  if (items.length === 0) return;
  const attempt = deps.journal.begin({ ...task, items });
  await attempt.settle(items.map((item) => ({ item, to: 'release', effect: 'none' })));
}

/** Sends one request for all items. If it is refused because of one item, sends each half separately. */
async function sendChunk(task: Task, deps: TaskDependencies): Promise<ClassifiedError | null> {
  const attempt = deps.journal.begin(task);
  const answer = await sendRequest(task, attempt, deps);
  if (answer.kind === 'answered') {
    deps.outage.answered(task.step);
    const moment = withFrozenTime(deps);
    const settled = task.items.map((item) =>
      answeredResult(item, answer.answers, { step: task.step, deps: moment }),
    );
    await attempt.settle(settled);
    return null;
  }
  const { failure } = answer;
  if (failure.kind === 'permanent') deps.outage.answered(task.step);
  if (failure.kind === 'permanent' && task.items.length > 1) {
    await attempt.withdraw(toFailureNote(failure));
    const fixed = fixedBatches(deps);
    if (fixed !== null) return sendWithoutUnfit(task, { failure, fixed }, deps);
    return firstFatal(halves(task).map((half) => sendChunk(half, deps)));
  }
  recordOutage(task, failure, deps);
  const moment = withFrozenTime(deps);
  const fatal = stopIfFatal(failure, deps);
  await attempt.settle(
    task.items.map((item) => {
      const hasAnswer = deps.journal.hasAnswer(item);
      const intended = attempt.isIntended || hasAnswer;
      return afterFailure(item, { failure, step: task.step, deps: moment, intended, hasAnswer });
    }),
  );
  return fatal;
}

/** Fails the items that made the service refuse a batch, and sends the others together again. */
async function sendWithoutUnfit(
  task: Task,
  refused: { readonly failure: ClassifiedError; readonly fixed: FixedBatches },
  deps: TaskDependencies,
): Promise<ClassifiedError | null> {
  const { failure, fixed } = refused;
  let unfit: ReadonlySet<ItemKey>;
  try {
    unfit = await deps.slot(() => fixed.findUnfit(task.items, deps.stopSignal));
  } catch (error) {
    const failed = toFailure(error);
    const fatal = stopIfFatal(failed, deps);
    await settleUnsent(task, failed, deps);
    return fatal;
  }
  // If no item is to blame, the service refused the batch as a whole, and all items fail.
  const isUnfit = ({ key }: Item) => unfit.size === 0 || unfit.has(key);
  await settleUnsent({ ...task, items: task.items.filter(isUnfit) }, failure, deps);
  const items = task.items.filter((item) => !isUnfit(item));
  return items.length === 0 ? null : sendChunk({ ...task, items }, deps);
}

async function settleUnsent(
  task: Task,
  failure: ClassifiedError,
  deps: TaskDependencies,
): Promise<void> {
  const send = { failure, step: task.step, deps: withFrozenTime(deps), intended: false };
  await deps.journal.begin(task).settle(task.items.map((item) => afterFailure(item, send)));
}

async function sendRequest(task: Task, attempt: Attempt, deps: TaskDependencies): Promise<Answer> {
  const stopIfHeld = (): void => {
    if (deps.stopSignal.aborted) throw canceled('The run is stopping');
    const isHeldBack = deps.outage.of(task.step).holdsBack(task.items);
    if (isHeldBack) throw canceled('The endpoint keeps failing and is paused');
  };
  let baseline: JsonObject | null = null;
  let sentAt = 0;
  const beforeSend = async (): Promise<void> => {
    stopIfHeld();
    // After a wait, the last check of the items may be too old for a delete. They must then be checked again.
    if (!deps.isFresh(task.items)) throw canceled('The selection has become too old to act on');
    const clocksFault = deps.clocksFault();
    if (clocksFault !== null) throw clocksFault;
    await attempt.intend(baseline);
    sentAt = deps.clock.monotonic();
  };
  try {
    const answers = await deps.slot(async () => {
      stopIfHeld();
      sentAt = deps.clock.monotonic();
      return requestChunk(deps.operation, task.items, {
        beforeSend,
        attemptId: () => attempt.id,
        keepBaseline: (given) => {
          baseline = given;
        },
        signal: deps.abort,
        drain: deps.stopSignal,
        notesOf: (item) => deps.journal.transferNotes(item, task.step),
      });
    });
    deps.answerTimes.add(task.step, deps.clock.monotonic() - sentAt);
    return { kind: 'answered', answers };
  } catch (error) {
    return { kind: 'failed', failure: toFailure(error) };
  }
}

async function firstFatal(
  parts: readonly Promise<ClassifiedError | null>[],
): Promise<ClassifiedError | null> {
  const fatals = await settleAll(parts);
  return fatals.find((fatal) => fatal !== null) ?? null;
}

function halves(task: Task): Task[] {
  const middle = Math.ceil(task.items.length / 2);
  return [
    { ...task, items: task.items.slice(0, middle) },
    { ...task, items: task.items.slice(middle) },
  ];
}
