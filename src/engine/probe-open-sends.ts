import { assertNever } from '../core/assert-never.ts';
import { type ClassifiedError, failureOf } from '../core/failure.ts';
import type { Item } from '../core/item.ts';
import type { Probe, ProbeVerdict } from '../operations/operation.ts';
import { brakeFor, haltOf, needsProbe, noteOf } from './after-failure.ts';
import { attemptDelay } from './attempt-delay.ts';
import { firstPollAt } from './job-durations.ts';
import { settleAll } from './settle-all.ts';
import type { Attempt, ItemResult, Task, TaskPorts } from './task.ts';

/** What is left to send once doubts were looked into. */
export interface Probed {
  /** Failure that must stop the run; null where there is none. */
  readonly halt: ClassifiedError | null;
  readonly ready: readonly Item[];
}

/** Items with a send whose answer was lost are looked up first, where the operation can do so. */
export async function probeOpenSends(task: Task, ports: TaskPorts): Promise<Probed> {
  const { doubt } = ports.operation;
  const probe = 'probe' in doubt && doubt.probe !== 'replay' ? doubt.probe : null;
  if (probe === null || !needsProbe(doubt)) return { halt: null, ready: task.items };
  const ready = task.items.filter((item) => item.openSends === 0);
  const inQuestion = task.items.filter((item) => item.openSends > 0);
  const halts = await settleAll(
    inQuestion.map(async (item) => {
      const end = await probeItem({ ...task, items: [item] }, { item, probe, ports });
      if (end === 'send') ready.push({ ...item, openSends: 0, sentAt: null });
      return end === 'send' ? null : end;
    }),
  );
  return { halt: halts.find((halt) => halt !== null) ?? null, ready };
}

async function probeItem(
  task: Task,
  look: { item: Item; probe: Probe; ports: TaskPorts },
): Promise<ClassifiedError | 'send' | null> {
  const { item, probe, ports } = look;
  const attempt = ports.journal.begin(task);
  try {
    const verdict = await ports.slot(() => probe(item, ports.drain));
    return await settleVerdict(item, { attempt, verdict, ports });
  } catch (error) {
    const failure = failureOf(error);
    const halt = brakeFor(failure, ports);
    await attempt.settle([afterFailedProbe(item, failure, ports)]);
    return halt;
  }
}

async function settleVerdict(
  item: Item,
  { attempt, verdict, ports }: { attempt: Attempt; verdict: ProbeVerdict; ports: TaskPorts },
): Promise<'send' | null> {
  switch (verdict.kind) {
    case 'happened':
      await attempt.settle([{ item, to: 'outcome', outcome: verdict.outcome }]);
      return null;
    case 'started': {
      const notBefore = firstPollAt(ports);
      await attempt.settle([{ item, to: 'waiting', token: verdict.token, notBefore }]);
      return null;
    }
    case 'did-not-happen': {
      if (item.attempts < ports.policy.maxAttempts) return 'send';
      await attempt.settle([
        { item, to: 'outcome', outcome: { kind: 'failed', failure: NOT_DONE }, effect: 'none' },
      ]);
      return null;
    }
    case 'undecided': {
      const note = { code: 'undecided', message: verdict.note };
      await attempt.settle([{ item, to: 'in-doubt', note }]);
      return null;
    }
    default:
      return assertNever(verdict, 'verdict');
  }
}

const NOT_DONE = {
  code: 'gave_up',
  message: 'Gave up: the answer to the last attempt was lost, and a look shows that it did nothing',
} as const;

/** A probe that failed settles nothing: the item keeps its open send and is looked up again later. */
function afterFailedProbe(item: Item, failure: ClassifiedError, ports: TaskPorts): ItemResult {
  const note = noteOf(failure);
  if (failure.kind === 'permanent') return { item, to: 'in-doubt', note };
  // What stops the whole run says nothing of the item, and must not use up its attempts.
  const saysNothing = failure.kind !== 'transient' || haltOf(failure) !== null;
  if (saysNothing) return { item, to: 'release', effect: 'unknown' };
  if (item.attempts + 1 >= ports.policy.maxAttempts) return { item, to: 'in-doubt', note };
  const notBefore = ports.serverNow() + attemptDelay(item.attempts, ports.random);
  return { item, to: 'retry', effect: 'unknown', countsAsAttempt: true, notBefore, note };
}
