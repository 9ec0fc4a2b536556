import type { Ledger } from '../ledger/ledger.ts';
import type { Operation } from '../operations/operation.ts';
import type { PollTask } from './poll-remote-jobs.ts';
import { type EngineStep, madeFile } from './step-items.ts';

/** What is needed to find what is to be asked about. */
export interface PollPorts {
  readonly ledger: Ledger;
  readonly steps: readonly EngineStep[];
  readonly serverNow: () => number;
}

/** Remote jobs open at once. */
const MAX_OPEN_JOBS = 1000;
/** A poll that died with its process is made again after this. */
const POLL_LEASE_MS = 60_000;
/** Jobs asked about in one window. */
const WINDOW_SIZE = 100;

/** More open jobs than this finish no sooner, and are more to lose sight of. */
export function hasEnoughOpen({ ledger, steps }: PollPorts, step: number): boolean {
  if (steps[step]?.operation.shape !== 'remote') return false;
  return (ledger.items.countsByStep().get(step)?.waiting ?? 0) >= MAX_OPEN_JOBS;
}

/** A window of due polls. */
export interface PollWindow extends PollTask {
  readonly operation: Operation;
}

/** Takes the waiting items of one step whose jobs are due; null where none is. */
export function claimPolls(ports: PollPorts): PollWindow | null {
  const { ledger, steps } = ports;
  const now = ports.serverNow();
  for (const [step, { operation, fileFrom }] of steps.entries()) {
    if (operation.shape !== 'remote') continue;
    const items = ledger.transaction(() =>
      ledger.items.claimWaiting(step, { now, until: now + POLL_LEASE_MS, limit: WINDOW_SIZE }),
    );
    const jobs = items.flatMap((item) => {
      const job = ledger.remoteJobs.get(item.seq);
      if (job === undefined) return [];
      const file = madeFile(fileFrom, (at) => ledger.outcomes.resultOf(item.seq, at));
      return [{ ...job, item: { ...item, file } }];
    });
    if (jobs.length > 0) return { step, operation, jobs };
  }
  return null;
}
