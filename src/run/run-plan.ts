import type { ItemKey } from '../core/item.ts';
import { isUnfinished, type RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Release } from '../core/with-cleanup.ts';
import type { Clock, Files } from '../core/world.ts';
import type { Selection } from '../engine/walk/selection.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { PlanKeys } from '../ledger/plan-keys.ts';
import type { NewPlan } from '../ledger/plan-table.ts';
import { isLockHeld, takeLock } from '../ledger/process-lock.ts';
import { type ReadPlan, readPlan } from '../plans/read-plan.ts';
import { findRunOfPlan } from '../state/applied-plans.ts';
import { type StatePaths, statePaths } from '../state/state-paths.ts';
import { createPlannedSelection } from './planned-source.ts';
import type { RunContext } from './run-request.ts';

/** A plan whose selection a run does. */
export interface PlanToApply {
  /** Absolute path of the plan file. */
  readonly path: string;
  readonly plan: ReadPlan;
  /** True to apply a plan that an earlier run has applied. */
  readonly again: boolean;
  /** Fingerprint of the key that approved the plan; null if the plan needed no approval. */
  readonly approvedBy: string | null;
  /** Throws a `UserError` if the plan is too old to be applied at this time, ms since 1970. */
  readonly checkAge: (now: number) => void;
}

interface Place {
  readonly paths: StatePaths;
  readonly run: RunId;
  readonly files: Files;
  readonly defer: (release: Release) => void;
  /** Receives functions that close what the run opened. Only for tests, which end a process in its middle. */
  readonly onOpen?: ((close: () => void) => void) | undefined;
}

/**
 * Copies a plan into the state directory, so that a resume does not need the file of the user. If the run can't
 * start, removes the copy.
 */
export async function keepPlan(
  { path, plan, again, approvedBy }: PlanToApply,
  place: Place,
  signal: AbortSignal,
): Promise<{ readonly keys: PlanKeys; readonly record: NewPlan }> {
  const { paths, run, files, defer } = place;
  if (!again) await claimPlan(plan, place);
  const copy = paths.plan(run);
  defer(async () => {
    if (!(await files.exists(paths.ledger(run)))) await files.remove(copy);
  });
  await files.writeBytes(copy, files.readBytes(path, 0), signal);
  const { sha256 } = plan;
  const keys = await openKeptPlan(sha256, place);
  const { listed } = plan.summary;
  return {
    keys,
    record: {
      sha256,
      createdAt: plan.header.createdAt,
      approvedBy,
      readsEach: isReadCheaper(plan),
      listed,
    },
  };
}

/** Opens the copy of the plan of a resumed run. Null if the run has its own selection. */
export async function reopenPlan(
  { plan }: Pick<Ledger, 'plan'>,
  place: Place,
): Promise<PlanKeys | null> {
  const record = plan.get();
  return record === null ? null : openKeptPlan(record.sha256, place);
}

/** Opens the copy of a run's plan. Throws a `UserError` if it is missing or is another plan. */
async function openKeptPlan(
  sha256: string,
  { paths, run, files, defer }: Place,
): Promise<PlanKeys> {
  const keys = PlanKeys.open();
  defer(() => keys.close());
  await readKeptPlan(run, { sha256, paths, files }, (items) => keys.add(items));
  return keys;
}

/** Reads the copy of a run's plan. Throws a `UserError` if it is missing or is another plan. */
export async function readKeptPlan(
  run: RunId,
  { sha256, paths, files }: Pick<Place, 'paths' | 'files'> & { readonly sha256: string },
  onEntries?: Parameters<typeof readPlan>[1],
): Promise<ReadPlan> {
  const path = paths.plan(run);
  const plan = await readPlan({ files, path, file: path }, onEntries).catch((error: unknown) => {
    throw lostCopy(run, path, error);
  });
  if (plan.sha256 !== sha256) throw lostCopy(run, path);
  return plan;
}

/** Restricts the selection of a run to its plan. */
export function selectPlanned(
  selection: Selection,
  { keys, ledger, clock }: { keys: PlanKeys | null; ledger: Ledger; clock: Pick<Clock, 'tick'> },
): Selection {
  const plan = ledger.plan.get();
  if (plan === null || keys === null) return selection;
  const { readsEach, listed } = plan;
  return createPlannedSelection(selection, {
    keys,
    readsEach,
    listed,
    recordedKeys: () => recordedKeys(ledger, clock),
  });
}

/** Number of keys that are read from the ledger at once. */
const SLICE = 1000;

async function* recordedKeys(
  { selection }: Ledger,
  clock: Pick<Clock, 'tick'>,
): AsyncGenerator<readonly ItemKey[]> {
  for (let after = 0; ; ) {
    const slice = selection.keysAfter(after, SLICE);
    const last = slice.at(-1);
    if (last === undefined) return;
    yield slice.map(({ key }) => key);
    after = last.seq;
    await clock.tick();
  }
}

/** True if a read of each file needs fewer requests than a new listing. */
function isReadCheaper({ items, open, summary }: ReadPlan): boolean {
  const { readsPerFile, pages } = summary;
  if (readsPerFile === null) return false;
  return (items + open) * readsPerFile < pages;
}

/**
 * Throws a `UserError` if a run has applied the plan, or if another process is applying it. Until the ledger of
 * the run exists, only the lock shows that the plan is being applied.
 */
async function claimPlan(plan: ReadPlan, place: Place): Promise<void> {
  const lock = takeLock(place.paths.planLock(plan.sha256), 'alone', 0);
  if (lock !== null) {
    place.onOpen?.(() => lock.release());
    place.defer(() => lock.release());
  }
  await checkNotApplied(plan, place);
  if (lock === null) throw beingApplied(plan);
}

/**
 * Throws a `UserError` if a run has applied the plan, or if another process is applying it. Takes no lock, so that
 * `apply` can refuse such a plan before it waits for another run.
 */
export async function refuseApplied(
  plan: ReadPlan,
  { stateDirectory, world }: Pick<RunContext, 'stateDirectory' | 'world'>,
): Promise<void> {
  const paths = statePaths(stateDirectory);
  const isHeld = isLockHeld(paths.planLock(plan.sha256));
  await checkNotApplied(plan, { paths, files: world.files });
  if (isHeld) throw beingApplied(plan);
}

function beingApplied({ file }: ReadPlan): UserError {
  return new UserError(
    'locked',
    `Another process is applying the plan ${file}. Nothing was sent. \`ucbulk runs\` shows its run. To apply the plan twice, add --again.`,
  );
}

async function checkNotApplied(
  { file, sha256 }: ReadPlan,
  { paths, files }: Pick<Place, 'paths' | 'files'>,
): Promise<void> {
  const earlier = await findRunOfPlan(paths, files, sha256);
  if (earlier === null) return;
  const { run, state } = earlier;
  const part = state === 'finished' ? '' : 'a part of ';
  const message = isUnfinished(state)
    ? `Run ${run} has begun to apply the plan ${file}, and is unfinished. Nothing was sent. To continue it: \`ucbulk resume ${run}\`. If it waits for an answer, resume it on a terminal, or add --yes.`
    : `Run ${run} has already applied ${part}the plan ${file}. Nothing was sent. Make a new plan, or add --again to apply it once more.`;
  throw new UserError('refused', message);
}

function lostCopy(run: RunId, path: string, cause?: unknown): UserError {
  return new UserError(
    'configuration',
    `The plan of run ${run} is missing or was changed: ${path}. Nothing was sent. Restore this file from a backup, or start a new run.`,
    { cause },
  );
}
