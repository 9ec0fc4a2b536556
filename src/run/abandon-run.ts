import type { ItemState } from '../core/item-state.ts';
import { isUnfinished, type RunId } from '../core/run.ts';
import type { StateCounts } from '../core/state-counts.ts';
import { UserError } from '../core/user-error.ts';
import { withCleanup } from '../core/with-cleanup.ts';
import type { World } from '../core/world.ts';
import type { ClaimedItem } from '../ledger/item-row.ts';
import { Ledger } from '../ledger/ledger.ts';
import { withReader } from '../ledger/with-reader.ts';
import { findRun } from '../state/find-run.ts';
import { takeRunLocks } from '../state/run-locks.ts';
import { createStateDirectory, type StatePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';
import { isRunWaiting } from '../state/waiting-lock.ts';

/** A run that was abandoned. */
export interface AbandonedRun {
  readonly run: RunId;
  readonly jobName: string;
  /** The items by state, after the run was abandoned. */
  readonly counts: StateCounts;
  /** Number of items that are in doubt now, and were not before. */
  readonly newDoubts: number;
}

const WINDOW = 1000;
const REASON = "Abandoned by `ucbulk abandon`. This run can't be resumed.";

/**
 * Ends an unfinished run for good, in one transaction. Sends no request. An item whose request was sent, and
 * whose result is unknown, becomes in doubt, so that no run forgets it. All other open items stay pending. Throws
 * a `UserError` if the run has ended, or if a process works on it.
 */
export function abandonRun(
  stateDirectory: string,
  wanted: RunId,
  world: World,
): Promise<AbandonedRun> {
  return withCleanup(async (defer) => {
    const paths = await createStateDirectory(stateDirectory, world.files);
    const run = await findRun(paths, world.files, wanted);
    const path = paths.ledger(run);
    checkUnfinished(path);
    checkNotWaiting(paths, run);
    const { signal } = new AbortController();
    const report = () => undefined;
    const lock = { paths, run, world, onConflict: 'fail', signal, report, defer } as const;
    await takeRunLocks({ ...lock, projects: [], onOpen: undefined });
    checkNotWaiting(paths, run);
    // Another process may have finished the run in the meantime.
    checkUnfinished(path);
    const ledger = Ledger.open(path, { clock: world.clock });
    defer(() => ledger.close());
    const record = ledger.run.get();
    const { steps } = storedJob(record);
    const at = world.clock.now();
    const newDoubts = ledger.transaction(() => {
      ledger.run.setState('abandoned', REASON, at);
      ledger.activity.writeNote({ at, kind: 'abandoned', text: 'Abandoned by `ucbulk abandon`' });
      return steps.reduce((sum, _, step) => sum + putInDoubt(ledger, step, at), 0);
    });
    return { run, jobName: record.jobName, counts: ledger.items.counts(), newDoubts };
  });
}

function checkNotWaiting(paths: StatePaths, run: RunId): void {
  if (!isRunWaiting(paths, run)) return;
  throw new UserError(
    'locked',
    `A process waits to continue run ${run}. Nothing was changed. Stop it first: \`ucbulk stop ${run}\`.`,
  );
}

function checkUnfinished(path: string): void {
  withReader(path, (reader) => {
    const { runId, state } = reader.begun();
    if (isUnfinished(state)) return;
    throw new UserError(
      'usage',
      `Run ${runId} has ended: it is ${state}. Nothing was changed. \`ucbulk clean\` removes runs that have ended.`,
    );
  });
}

/** Puts the items of a step in doubt whose requests were sent and have an unknown result. Returns their number. */
function putInDoubt(ledger: Ledger, step: number, at: number): number {
  const { items } = ledger;
  const ever = { now: Number.MAX_SAFE_INTEGER, limit: WINDOW };
  return (
    moveAll(() => takeSentRunning(ledger, step), { ledger, step, from: 'running', at }) +
    moveAll(() => items.claimSent(step, ever), { ledger, step, from: 'running', at }) +
    moveAll(() => items.dueWaiting(step, ever), { ledger, step, from: 'waiting', at })
  );
}

/** The next running items that were sent. Makes the other running items pending: nothing was sent for them. */
function takeSentRunning({ items }: Ledger, step: number): readonly ClaimedItem[] {
  for (;;) {
    const running = items.running(step, WINDOW);
    const unsent = running.filter(({ openSends }) => openSends === 0);
    const seqs = unsent.map(({ seq }) => seq);
    if (seqs.length > 0) items.moveItems({ seqs, step, from: 'running', to: 'pending' });
    if (unsent.length < running.length || running.length === 0) {
      return running.filter(({ openSends }) => openSends > 0);
    }
  }
}

function moveAll(
  next: () => readonly { readonly seq: number; readonly sentAt: number | null }[],
  {
    ledger,
    step,
    from,
    at,
  }: {
    readonly ledger: Ledger;
    readonly step: number;
    readonly from: ItemState;
    readonly at: number;
  },
): number {
  let moved = 0;
  for (let items = next(); items.length > 0; items = next()) {
    ledger.items.moveItems({ seqs: items.map(({ seq }) => seq), step, from, to: 'in-doubt' });
    for (const { seq, sentAt } of items) {
      ledger.outcomes.put({
        item: seq,
        step,
        state: 'in-doubt',
        reason: 'abandoned',
        message: 'The run was abandoned before ucbulk found out the result of the request.',
        requestId: null,
        result: null,
        at: sentAt ?? at,
      });
    }
    moved += items.length;
  }
  return moved;
}
