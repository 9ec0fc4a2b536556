import { ClassifiedError, canceled, failureOf } from '../../core/failure.ts';
import type { Item, ItemKey } from '../../core/item.ts';
import type { JsonObject } from '../../core/json.ts';
import type { FixedBatches } from '../../operations/operation.ts';
import { afterFailure, brakeFor, noteOf } from '../failure/after-failure.ts';
import { noteOutage } from '../failure/note-outage.ts';
import { firstPollAt } from '../service-state/job-durations.ts';
import { settleAll } from '../tasks/parallel.ts';
import { fixedBatches } from '../tasks/step-items.ts';
import {
  type Attempt,
  type ItemResult,
  sameMoment,
  type Task,
  type TaskPorts,
} from '../tasks/task.ts';
import { withMissingReason } from './missing-reason.ts';
import { probeOpenSends } from './probe-open-sends.ts';
import { type ChunkAnswers, chunkSizeOf, requestChunk } from './send-chunk.ts';

/**
 * Takes the items of a task through its operation. The only code that calls the API for items.
 * Every item ends in a result in the journal; what comes back is the failure that must stop the
 * whole run, or null.
 */
export async function executeTask(task: Task, ports: TaskPorts): Promise<ClassifiedError | null> {
  const { halt, ready } = await probeOpenSends(task, ports);
  if (halt !== null) {
    await release(task, ready, ports);
    return halt;
  }
  const size = chunkSizeOf(ports.operation);
  const chunks: Task[] = [];
  for (let start = 0; start < ready.length; start += size) {
    chunks.push({ ...task, items: ready.slice(start, start + size) });
  }
  return firstHalt(chunks.map((chunk) => sendChunk(chunk, ports)));
}

/** Gives back items of a run that stops before they were sent. */
async function release(task: Task, items: readonly Item[], ports: TaskPorts): Promise<void> {
  if (items.length === 0) return;
  const attempt = ports.journal.begin({ ...task, items });
  await attempt.settle(items.map((item) => ({ item, to: 'release', effect: 'none' })));
}

/** One request for all items; a chunk that is refused as a whole is halved until the bad item stands alone. */
async function sendChunk(task: Task, ports: TaskPorts): Promise<ClassifiedError | null> {
  const attempt = ports.journal.begin(task);
  const answer = await answerOf(task, attempt, ports);
  if (answer.kind === 'answered') {
    ports.outage.answered(task.step);
    const moment = sameMoment(ports);
    const settled = task.items.map((item) =>
      answeredResult(item, answer.answers, { step: task.step, ports: moment }),
    );
    await attempt.settle(settled);
    return null;
  }
  const { failure } = answer;
  if (failure.kind === 'permanent') ports.outage.answered(task.step);
  if (failure.kind === 'permanent' && task.items.length > 1) {
    await attempt.withdraw(noteOf(failure));
    const fixed = fixedBatches(ports);
    if (fixed !== null) return sendWithoutUnfit(task, { failure, fixed }, ports);
    return firstHalt(halves(task).map((half) => sendChunk(half, ports)));
  }
  noteOutage(task, failure, ports);
  const moment = sameMoment(ports);
  const halt = brakeFor(failure, ports);
  await attempt.settle(
    task.items.map((item) => {
      const hasAnswer = ports.journal.hasAnswer(item);
      const intended = attempt.isIntended || hasAnswer;
      return afterFailure(item, { failure, step: task.step, ports: moment, intended, hasAnswer });
    }),
  );
  return halt;
}

/** A fixed batch is not halved: the items to blame leave it, and the others go together again. */
async function sendWithoutUnfit(
  task: Task,
  refused: { readonly failure: ClassifiedError; readonly fixed: FixedBatches },
  ports: TaskPorts,
): Promise<ClassifiedError | null> {
  const { failure, fixed } = refused;
  let unfit: ReadonlySet<ItemKey>;
  try {
    unfit = await ports.slot(() => fixed.findUnfit(task.items, ports.drain));
  } catch (error) {
    const failed = failureOf(error);
    const halt = brakeFor(failed, ports);
    await settleUnsent(task, failed, ports);
    return halt;
  }
  // None to blame: the service refuses all of them.
  const isUnfit = ({ key }: Item) => unfit.size === 0 || unfit.has(key);
  await settleUnsent({ ...task, items: task.items.filter(isUnfit) }, failure, ports);
  const items = task.items.filter((item) => !isUnfit(item));
  return items.length === 0 ? null : sendChunk({ ...task, items }, ports);
}

async function settleUnsent(task: Task, failure: ClassifiedError, ports: TaskPorts): Promise<void> {
  const send = { failure, step: task.step, ports: sameMoment(ports), intended: false };
  await ports.journal.begin(task).settle(task.items.map((item) => afterFailure(item, send)));
}

type Answer =
  | { readonly kind: 'answered'; readonly answers: ChunkAnswers }
  | { readonly kind: 'failed'; readonly failure: ClassifiedError };

async function answerOf(task: Task, attempt: Attempt, ports: TaskPorts): Promise<Answer> {
  const stopIfHeld = (): void => {
    if (ports.drain.aborted) throw canceled('The run is stopping');
    const isHeldBack = ports.outage.of(task.step).holdsBack(task.items);
    if (isHeldBack) throw canceled('The endpoint only fails; it is left alone for a while');
  };
  let baseline: JsonObject | null = null;
  const beforeSend = (): Promise<void> => {
    stopIfHeld();
    // A gate that was closed, or a machine that slept, makes a selection old: it is looked at again.
    if (!ports.isFresh(task.items)) throw canceled('The selection has become too old to act on');
    const clocksFault = ports.clocksFault();
    if (clocksFault !== null) throw clocksFault;
    return attempt.intend(baseline);
  };
  try {
    const answers = await ports.slot(async () => {
      stopIfHeld();
      return requestChunk(ports.operation, task.items, {
        beforeSend,
        keepBaseline: (given) => {
          baseline = given;
        },
        signal: ports.abort,
        drain: ports.drain,
        notesOf: (item) => ports.journal.transferNotes(item, task.step),
      });
    });
    return { kind: 'answered', answers };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error) };
  }
}

function answeredResult(
  item: Item,
  answers: ChunkAnswers,
  { step, ports }: { step: number; ports: TaskPorts },
): ItemResult {
  const answer = answers.get(item.key);
  if (answer === undefined)
    return afterFailure(item, { failure: UNNAMED, step, intended: true, ports });
  if (answer.kind !== 'started') {
    const outcome = withMissingReason(answer, item, ports.operation.seenAs);
    const result = { item, to: 'outcome', outcome } as const;
    // What the answer to a start says to have ended at once has not begun.
    const hasBegun = ports.operation.shape !== 'remote' || answer.kind === 'done';
    return hasBegun ? result : { ...result, effect: 'none' };
  }
  const { token } = answer;
  return { item, to: 'waiting', token, notBefore: firstPollAt(ports) };
}

const UNNAMED = new ClassifiedError({
  kind: 'transient',
  effect: 'unknown',
  code: 'missing_in_answer',
  message: 'The answer says nothing of the item, neither in `result` nor in `problems`',
});

async function firstHalt(
  parts: readonly Promise<ClassifiedError | null>[],
): Promise<ClassifiedError | null> {
  const halts = await settleAll(parts);
  return halts.find((halt) => halt !== null) ?? null;
}

function halves(task: Task): Task[] {
  const middle = Math.ceil(task.items.length / 2);
  return [
    { ...task, items: task.items.slice(0, middle) },
    { ...task, items: task.items.slice(middle) },
  ];
}
