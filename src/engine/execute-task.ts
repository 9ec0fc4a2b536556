import { assertNever } from '../core/assert-never.ts';
import { ClassifiedError, canceled, failureOf } from '../core/failure.ts';
import type { Item } from '../core/item.ts';
import type { BatchOutcomes, Probe, ProbeVerdict } from '../operations/operation.ts';
import type { SendPermit } from '../transport/send.ts';
import { afterFailure, needsProbe, noteOf } from './after-failure.ts';
import { attemptDelay } from './attempt-delay.ts';
import type { Attempt, ItemResult, Task, TaskPorts } from './task.ts';

/**
 * Takes the items of a task through its operation. The only code that calls the API for items.
 * Every item ends in a result in the journal; what comes back is the failure that must stop the
 * whole run, or null.
 */
export async function executeTask(task: Task, ports: TaskPorts): Promise<ClassifiedError | null> {
  const { probe, ready } = await probeOpenSends(task, ports);
  if (probe !== null) return probe;
  if (ready.length === 0) return null;
  const { operation } = ports;
  switch (operation.shape) {
    case 'batch':
      return sendChunk({ ...task, items: ready }, ports);
    case 'each':
      return firstHalt(ready.map((item) => sendItem({ ...task, items: [item] }, ports)));
    default:
      return assertNever(operation, 'operation shape');
  }
}

/** One request for all items; a chunk that is refused as a whole is halved until the bad item stands alone. */
async function sendChunk(task: Task, ports: TaskPorts): Promise<ClassifiedError | null> {
  const { operation } = ports;
  if (operation.shape !== 'batch') throw new Error(`${operation.kind} takes no chunks`);
  const attempt = ports.journal.begin(task);
  const answer = await answerOf(ports, attempt, (permit) => operation.runChunk(task.items, permit));
  if (answer.kind === 'answered') {
    const moment = sameMoment(ports);
    await attempt.settle(task.items.map((item) => batchResult(item, answer.value, moment)));
    return null;
  }
  const { failure } = answer;
  if (failure.kind === 'permanent' && task.items.length > 1) {
    await attempt.withdraw(noteOf(failure));
    return firstHalt(halves(task).map((half) => sendChunk(half, ports)));
  }
  return settleFailure(task, attempt, { failure, ports });
}

async function sendItem(task: Task, ports: TaskPorts): Promise<ClassifiedError | null> {
  const { operation } = ports;
  const [item] = task.items;
  if (operation.shape !== 'each' || item === undefined) {
    throw new Error(`${operation.kind} does not take items one by one`);
  }
  const attempt = ports.journal.begin(task);
  const answer = await answerOf(ports, attempt, (permit) => operation.runItem(item, permit));
  if (answer.kind === 'failed') return settleFailure(task, attempt, { ...answer, ports });
  await attempt.settle([{ item, to: 'outcome', outcome: answer.value }]);
  return null;
}

type Answer<Value> =
  | { readonly kind: 'answered'; readonly value: Value }
  | { readonly kind: 'failed'; readonly failure: ClassifiedError };

async function answerOf<Value>(
  ports: TaskPorts,
  attempt: Attempt,
  send: (permit: SendPermit) => Promise<Value>,
): Promise<Answer<Value>> {
  const beforeSend = (): Promise<void> => {
    if (ports.drain.aborted) throw canceled('The run is stopping');
    return attempt.intend();
  };
  try {
    const value = await ports.slot(async () => {
      if (ports.drain.aborted) throw canceled('The run is stopping');
      return send({ beforeSend, signal: ports.abort });
    });
    return { kind: 'answered', value };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error) };
  }
}

async function settleFailure(
  task: Task,
  attempt: Attempt,
  failed: { failure: ClassifiedError; ports: TaskPorts },
): Promise<ClassifiedError | null> {
  const send = { ...failed, ports: sameMoment(failed.ports), intended: attempt.isIntended };
  await attempt.settle(task.items.map((item) => afterFailure(item, send)));
  return haltOf(failed.failure);
}

/** Items that failed together go on together: one delay, so one chunk and one statement. */
function sameMoment(ports: TaskPorts): TaskPorts {
  const now = ports.serverNow();
  const jitter = ports.random();
  return { ...ports, serverNow: () => now, random: () => jitter };
}

/** A failure that no other item would escape stops the run: bad keys, a bug, no way to the service. */
function haltOf(failure: ClassifiedError): ClassifiedError | null {
  if (failure.kind === 'fatal') return failure;
  const isUnreachable =
    failure.kind === 'transient' && failure.effect === 'none' && failure.status === undefined;
  if (!isUnreachable) return null;
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: failure.code,
    message: failure.message,
    fatalCause: 'service',
    cause: failure,
  });
}

function batchResult(item: Item, outcomes: BatchOutcomes, ports: TaskPorts): ItemResult {
  const outcome = outcomes.get(item.key);
  if (outcome !== undefined) return { item, to: 'outcome', outcome };
  const failure = new ClassifiedError({
    kind: 'transient',
    effect: 'unknown',
    code: 'missing_in_answer',
    message: 'The answer names the item neither in `result` nor in `problems`',
  });
  return afterFailure(item, { failure, intended: true, ports });
}

/** Items with a send whose answer was lost are looked up first, where the operation can do so. */
async function probeOpenSends(
  task: Task,
  ports: TaskPorts,
): Promise<{ probe: ClassifiedError | null; ready: readonly Item[] }> {
  const { doubt } = ports.operation;
  const probe = 'probe' in doubt && doubt.probe !== 'replay' ? doubt.probe : null;
  if (probe === null || !needsProbe(doubt)) return { probe: null, ready: task.items };
  const ready = task.items.filter((item) => item.openSends === 0);
  const inQuestion = task.items.filter((item) => item.openSends > 0);
  const halts = await Promise.all(
    inQuestion.map(async (item) => {
      const end = await probeItem({ ...task, items: [item] }, { item, probe, ports });
      if (end === 'send') ready.push({ ...item, openSends: 0, sentAt: null });
      return end === 'send' ? null : end;
    }),
  );
  return { probe: halts.find((halt) => halt !== null) ?? null, ready };
}

async function probeItem(
  task: Task,
  look: { item: Item; probe: Probe; ports: TaskPorts },
): Promise<ClassifiedError | 'send' | null> {
  const { item, probe, ports } = look;
  const attempt = ports.journal.begin(task);
  try {
    const verdict = await ports.slot(() => probe(item, ports.drain));
    return await settleVerdict(item, attempt, verdict);
  } catch (error) {
    const failure = failureOf(error);
    await attempt.settle([afterFailedProbe(item, failure, ports)]);
    return haltOf(failure);
  }
}

async function settleVerdict(
  item: Item,
  attempt: Attempt,
  verdict: ProbeVerdict,
): Promise<'send' | null> {
  switch (verdict.kind) {
    case 'happened':
      await attempt.settle([{ item, to: 'outcome', outcome: verdict.outcome }]);
      return null;
    case 'did-not-happen':
      return 'send';
    case 'undecided': {
      const note = { code: 'undecided', message: verdict.note };
      await attempt.settle([{ item, to: 'in-doubt', note }]);
      return null;
    }
    default:
      return assertNever(verdict, 'verdict');
  }
}

/** A probe that failed settles nothing: the item keeps its open send and is looked up again later. */
function afterFailedProbe(item: Item, failure: ClassifiedError, ports: TaskPorts): ItemResult {
  const note = noteOf(failure);
  const isGivenUp =
    failure.kind === 'permanent' ||
    (failure.kind === 'transient' && item.attempts + 1 >= ports.policy.maxAttempts);
  if (isGivenUp) return { item, to: 'in-doubt', note };
  if (failure.kind !== 'transient') return { item, to: 'release', effect: 'unknown' };
  const notBefore = ports.serverNow() + attemptDelay(item.attempts, ports.random);
  return { item, to: 'retry', effect: 'unknown', countsAsAttempt: true, notBefore, note };
}

async function firstHalt(
  parts: readonly Promise<ClassifiedError | null>[],
): Promise<ClassifiedError | null> {
  const halts = await Promise.all(parts);
  return halts.find((halt) => halt !== null) ?? null;
}

function halves(task: Task): Task[] {
  const middle = Math.ceil(task.items.length / 2);
  return [
    { ...task, items: task.items.slice(0, middle) },
    { ...task, items: task.items.slice(middle) },
  ];
}
