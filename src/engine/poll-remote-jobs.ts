import { type ClassifiedError, failureOf } from '../core/failure.ts';
import type { Item } from '../core/item.ts';
import type { RemoteOperation } from '../operations/operation.ts';
import { brakeFor, noteOf } from './after-failure.ts';
import { pollDelay } from './poll-delay.ts';
import { settleAll } from './settle-all.ts';
import type { OpenRemoteJob, PollResult, TaskPorts } from './task.ts';

/** The remote jobs of waiting items of one step. */
export interface PollTask {
  readonly step: number;
  readonly jobs: readonly OpenRemoteJob[];
}

/**
 * Asks about each job once. A poll that got no answer changes nothing: the job is asked about
 * again, never started again. What comes back is the failure that must stop the run, or null.
 */
export async function pollRemoteJobs(
  task: PollTask,
  ports: TaskPorts,
): Promise<ClassifiedError | null> {
  const { operation } = ports;
  if (operation.shape !== 'remote') throw new Error(`${operation.kind} has no remote jobs`);
  let halt: ClassifiedError | null = null;
  await settleAll(
    task.jobs.map(async (job) => {
      const result = await pollOnce(job, operation, ports).catch((error: unknown) => {
        const failure = failureOf(error);
        halt ??= brakeFor(failure, ports);
        return afterFailedPoll(job, failure, { operation, ports });
      });
      await ports.journal.settlePoll(task.step, result);
    }),
  );
  return halt;
}

async function pollOnce(
  { item, token, startedAt, polls }: OpenRemoteJob,
  operation: RemoteOperation,
  ports: TaskPorts,
): Promise<PollResult> {
  const ageMs = ports.serverNow() - startedAt;
  const answer = await ports.slot(() => operation.poll({ item, token, ageMs }, ports.drain));
  switch (answer.kind) {
    case 'running':
      return pollAgain(item, ports.serverNow() + pollDelay(operation.polling, polls));
    case 'in-doubt':
      return { item, to: 'in-doubt', note: { code: answer.code, message: answer.message } };
    default:
      return { item, to: 'outcome', outcome: answer };
  }
}

function afterFailedPoll(
  { item, polls }: OpenRemoteJob,
  failure: ClassifiedError,
  { operation, ports }: { operation: RemoteOperation; ports: TaskPorts },
): PollResult {
  if (failure.kind === 'permanent') {
    return { item, to: 'outcome', outcome: { kind: 'failed', failure: noteOf(failure) } };
  }
  return pollAgain(item, ports.serverNow() + pollDelay(operation.polling, polls));
}

function pollAgain(item: Item, notBefore: number): PollResult {
  return { item, to: 'waiting', notBefore };
}
