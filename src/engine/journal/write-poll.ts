import type { PollResult } from '../tasks/task.ts';
import type { JournalPorts } from './journal-ports.ts';
import { itemTargets, outcomeRecord, redacted } from './result-records.ts';
import { takeAnswers } from './taken-answers.ts';

/**
 * Moves a waiting item on, or records when its job is asked about again. Runs in a transaction;
 * returns the result that was recorded, which is in doubt if the answer is not this item's own.
 */
export function writePoll(step: number, given: PollResult, ports: JournalPorts): PollResult {
  const { ledger } = ports;
  const { seq } = given.item;
  const { startedAt: sentAt } = ledger.remoteJobs.get(seq);
  const [result = given] = takeAnswers([given], { step, sentAt }, ports);
  movePolled(step, result, ports);
  return result;
}

function movePolled(step: number, result: PollResult, ports: JournalPorts): void {
  const { ledger } = ports;
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
    // What a job made is as old as the job.
    for (const target of itemTargets([result], { ...ports, step, since: job.startedAt })) {
      ledger.items.moveItems({ ...move, ...target, openSends: 'clear' });
    }
  }
  notePoll(step, result, { ...ports, job });
}

/** Of a job that is in doubt a person must know when it began, and as what. */
function notePoll(
  step: number,
  result: Exclude<PollResult, { to: 'waiting' }>,
  ports: JournalPorts & { readonly job: { readonly token: string; readonly startedAt: number } },
): void {
  const record = outcomeRecord(result);
  if (record === null) return;
  const { job, ledger, serverNow } = ports;
  const isInDoubt = result.to === 'in-doubt';
  const requestId = record.requestId ?? (isInDoubt ? job.token : null);
  const at = isInDoubt ? job.startedAt : serverNow();
  ledger.outcomes.put({ ...redacted(record, ports), requestId, step, at });
}
