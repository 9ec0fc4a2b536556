import type { PollResult } from '../tasks/task.ts';
import type { JournalDependencies } from './journal-dependencies.ts';
import { outcomeRecord, redacted, targetsAfterStep } from './result-records.ts';
import { takeAnswers } from './taken-answers.ts';

/**
 * Records the result of a poll for an item that waits for a remote job: its outcome, or the time of the next
 * poll. Must be called in a transaction. Returns the recorded result, which is in doubt if the answer belongs
 * to another item.
 */
export function writePoll(step: number, given: PollResult, deps: JournalDependencies): PollResult {
  const { ledger } = deps;
  const { seq } = given.item;
  const { startedAt: sentAt } = ledger.remoteJobs.get(seq);
  const [result = given] = takeAnswers([given], { step, sentAt }, deps);
  movePolled(step, result, deps);
  return result;
}

function movePolled(step: number, result: PollResult, deps: JournalDependencies): void {
  const { ledger } = deps;
  const { seq } = result.item;
  const move = { seqs: [seq], step, from: 'waiting' } as const;
  if (result.to === 'waiting') {
    ledger.items.moveItems({ ...move, to: 'waiting', notBefore: result.notBefore });
    const { runningAt, token = null } = result;
    ledger.remoteJobs.stillOpen(seq, { runningAt, token });
    return;
  }
  const job = ledger.remoteJobs.get(seq);
  ledger.remoteJobs.close(seq);
  if (result.to === 'in-doubt') {
    ledger.items.moveItems({ ...move, to: 'in-doubt', openSends: 'clear' });
  } else {
    // The service may have made the file of the job at any time since the job started, and may delete it
    // after a day. So the wait of this file for a later step counts from the start of the job.
    for (const target of targetsAfterStep([result], { ...deps, step, since: job.startedAt })) {
      ledger.items.moveItems({ ...move, ...target, openSends: 'clear' });
    }
  }
  notePoll(step, result, { ...deps, job });
}

/**
 * Records the token and the start of a job whose item is in doubt. A person needs both to decide about the
 * item.
 */
function notePoll(
  step: number,
  result: Exclude<PollResult, { to: 'waiting' }>,
  deps: JournalDependencies & {
    readonly job: { readonly token: string; readonly startedAt: number };
  },
): void {
  const record = outcomeRecord(result, 'ended');
  if (record === null) return;
  const { job, ledger, serverNow } = deps;
  const isInDoubt = result.to === 'in-doubt';
  const requestId = record.requestId ?? (isInDoubt ? job.token : null);
  const at = isInDoubt ? job.startedAt : serverNow();
  ledger.outcomes.put({ ...redacted(record, deps), requestId, step, at });
}
