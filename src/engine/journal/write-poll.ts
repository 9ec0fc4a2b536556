import type { PollResult } from '../tasks/task.ts';
import type { JournalDependencies } from './journal-dependencies.ts';
import { outcomeRecord, redacted, targetsAfterStep } from './result-records.ts';
import { takeAnswers } from './taken-answers.ts';

/**
 * Records the outcome of a waiting item, or the time of its next poll. Runs in a transaction. Returns the
 * recorded result. It is in doubt if the answer belongs to another item.
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
    // The age of a file that a job made counts from the start of the job.
    for (const target of targetsAfterStep([result], { ...deps, step, since: job.startedAt })) {
      ledger.items.moveItems({ ...move, ...target, openSends: 'clear' });
    }
  }
  notePoll(step, result, { ...deps, job });
}

/** Records the token and start of a job in doubt. A person needs both to decide. */
function notePoll(
  step: number,
  result: Exclude<PollResult, { to: 'waiting' }>,
  deps: JournalDependencies & {
    readonly job: { readonly token: string; readonly startedAt: number };
  },
): void {
  const record = outcomeRecord(result);
  if (record === null) return;
  const { job, ledger, serverNow } = deps;
  const isInDoubt = result.to === 'in-doubt';
  const requestId = record.requestId ?? (isInDoubt ? job.token : null);
  const at = isInDoubt ? job.startedAt : serverNow();
  ledger.outcomes.put({ ...redacted(record, deps), requestId, step, at });
}
