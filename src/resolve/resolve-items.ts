import { parseFileUuid } from '../core/file-uuid.ts';
import type { JsonObject } from '../core/json.ts';
import { isUnfinished } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import { withCleanup } from '../core/with-cleanup.ts';
import type { World } from '../core/world.ts';
import { finalTargets } from '../engine/journal/result-records.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { RunRecord } from '../ledger/run-table.ts';
import { withReader } from '../ledger/with-reader.ts';
import { storedProjects } from '../run/job-projects.ts';
import { findRun } from '../state/find-run.ts';
import { takeRunLocks } from '../state/run-locks.ts';
import { createStateDirectory } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';
import { type DoubtfulItem, matchDecisions } from './match-decisions.ts';
import type { Resolution, ResolveRequest } from './resolution.ts';

/**
 * The number of items for each kind of decision. `unchanged` counts decisions that an earlier `ucbulk
 * resolve` already applied.
 */
export type ResolvedCounts = Readonly<Record<Resolution['as'] | 'unchanged', number>>;

const WINDOW = 1000;

/**
 * Stores decisions about items in doubt in the run's database (its ledger), and returns the number of items
 * for each kind of decision. Sends no request: a later `resume` continues with these items. Checks all
 * decisions before it stores any. If one is invalid, throws a `UserError` and changes nothing. A decision is
 * invalid if its item is not in doubt, unless this decision was already applied. A `done` is also invalid if
 * a later step needs the new file.
 */
export function resolveItems(
  stateDirectory: string,
  request: ResolveRequest,
  world: World,
): Promise<ResolvedCounts> {
  return withCleanup(async (defer) => {
    const paths = await createStateDirectory(stateDirectory, world.files);
    const run = await findRun(paths, world.files, request.run);
    const path = paths.ledger(run);
    const projects = readProjects(path);
    const { signal } = new AbortController();
    const report = () => undefined;
    const lock = { paths, run, world, onConflict: 'fail', signal, report, defer } as const;
    await takeRunLocks({ ...lock, projects, onOpen: undefined });
    // `Ledger.open` may convert the ledger to a newer format. This is safe because this process has the lock
    // of the run.
    const ledger = Ledger.open(path, { clock: world.clock });
    defer(() => ledger.close());
    const record = ledger.run.get();
    const job = storedJob(record);
    if (!isUnfinished(record.state)) checkNoRedo(record, request);
    const counts = { done: 0, redo: 0, skip: 0, adopt: 0, unchanged: 0 };
    ledger.transaction(() => {
      const doubtful = itemsInDoubt(ledger, job.steps.length);
      const run = { ...record, path };
      const { chosen, unchanged } = matchDecisions(doubtful, request.decisions, {
        job,
        ledger,
        run,
      });
      counts.unchanged = unchanged;
      for (const { item, resolution } of chosen) {
        applyResolution(
          ledger,
          { item, steps: job.steps.length, now: world.clock.now() },
          resolution,
        );
        counts[resolution.as] += 1;
      }
    });
    return counts;
  });
}

/** Throws a `UserError` if an item should be sent again, but its run can't be resumed. */
function checkNoRedo({ runId, state }: RunRecord, { decisions }: ResolveRequest): void {
  const resolutions =
    'as' in decisions ? [decisions] : decisions.map(({ resolution }) => resolution);
  if (!resolutions.some(({ as }) => as === 'redo')) return;
  throw new UserError(
    'usage',
    `Run ${runId} is ${state}, so it can't send an item again. Nothing was changed. Decide done, skip or adopt. To send the items again, start a new run of them.`,
  );
}

/** Reads the projects of a run. Changes nothing in the ledger. */
function readProjects(path: string) {
  return withReader(path, (reader) => {
    const record = reader.begun();
    return storedProjects(record.publicKey, storedJob(record));
  });
}

function itemsInDoubt(ledger: Ledger, steps: number): DoubtfulItem[] {
  const found: DoubtfulItem[] = [];
  for (let step = 0; step < steps; step += 1) {
    let after = 0;
    let page = ledger.items.inDoubt(step, { after, limit: WINDOW });
    while (page.length > 0) {
      found.push(...page.map((item) => ({ ...item, step })));
      after = page.at(-1)?.seq ?? after;
      page = ledger.items.inDoubt(step, { after, limit: WINDOW });
    }
  }
  return found;
}

function applyResolution(
  ledger: Ledger,
  { item, steps, now }: { item: DoubtfulItem; steps: number; now: number },
  resolution: Resolution,
): void {
  const { seq, step } = item;
  const move = { seqs: [seq], step, from: 'in-doubt', openSends: 'clear' } as const;
  if (resolution.as === 'redo') {
    ledger.items.moveItems({ ...move, to: 'pending' });
    ledger.outcomes.remove(seq, step);
    ledger.transfers.forgetAnswer(seq);
    return;
  }
  const isSkip = resolution.as === 'skip';
  const targets =
    isSkip || step + 1 === steps
      ? finalTargets([seq], isSkip ? 'skipped' : 'done', ledger)
      : [{ to: 'pending', toStep: step + 1 } as const];
  for (const target of targets) ledger.items.moveItems({ ...move, ...target });
  ledger.transfers.end(seq);
  const result: JsonObject | null = resolution.as === 'adopt' ? { file: resolution.file } : null;
  if (resolution.as === 'adopt') {
    const name = { space: 'file', id: parseFileUuid(resolution.file) };
    ledger.answers.take(name, { item: seq, step, work: null });
  }
  ledger.outcomes.put({
    item: seq,
    step,
    state: isSkip ? 'skipped' : 'done',
    reason: isSkip ? 'chosen' : null,
    message: null,
    requestId: null,
    result,
    at: now,
  });
}
