import type { RunId } from '../core/run.ts';
import type { ControlChange, ControlRecord } from '../core/run-control.ts';
import { UserError } from '../core/user-error.ts';
import type { World } from '../core/world.ts';
import { Catalog, findCatalogFault } from '../ledger/catalog.ts';
import { isRunHeld } from './run-locks.ts';
import { type StatePaths, statePaths } from './state-paths.ts';
import { isRunWaiting } from './waiting-lock.ts';

const LOOK_EVERY_MS = 100;
/** How long to wait until the process of the run obeys, ms. The process reads the catalog each second. */
const PATIENCE_MS = 10_000;
/** How long to wait until a stopped run has ended, ms. It first waits for the answers to its requests. */
const END_PATIENCE_MS = 15_000;
/** Number of tries to write into a catalog that another process is just writing to. */
const MAX_TRIES = 30;

/** The result of a request to a run. */
export interface ControlResult {
  /**
   * - `applied`: the process of the run obeys
   * - `ended`: the process of the run ended
   * - `unanswered`: the process works, but did not confirm in time. It obeys as soon as it reads the request
   */
  readonly outcome: 'applied' | 'ended' | 'unanswered';
  /** The changes that people asked for in the run, and those that its process has applied. */
  readonly control: ControlRecord;
  /** True if no process works on the run any more. */
  readonly hasEnded: boolean;
}

/**
 * Asks the process that works on a run, or waits for it, to pause, continue, stop, or change its limits. Waits
 * until it obeys; after a stop, also until it has ended. The caller has checked that there is such a process.
 */
export async function controlRun(
  stateDirectory: string,
  { run, change }: { readonly run: RunId; readonly change: ControlChange },
  { clock }: Pick<World, 'clock'>,
): Promise<ControlResult> {
  const paths = statePaths(stateDirectory);
  const catalog = openCatalog(paths);
  try {
    const revision = await untilWritten(clock, () =>
      catalog.controls.ask(run, change, clock.now()),
    );
    const find = () => catalog.controls.find(run);
    const isDone = () => !isRunHeld(paths, run) && !isRunWaiting(paths, run);
    await waitUntil(clock, PATIENCE_MS, () => isDone() || (find()?.applied ?? 0) >= revision);
    const isApplied = (find()?.applied ?? 0) >= revision;
    if (isApplied && change.state === 'stopped') await waitUntil(clock, END_PATIENCE_MS, isDone);
    const control = find();
    if (control === null) throw lostRequest(run);
    const hasEnded = isDone();
    return {
      outcome: isApplied ? 'applied' : hasEnded ? 'ended' : 'unanswered',
      control,
      hasEnded,
    };
  } finally {
    catalog.close();
  }
}

/** Reads what people ask of a run; null if nobody asked for anything, or if the catalog can't be read. */
export function readControl(stateDirectory: string, run: RunId): ControlRecord | null {
  return Catalog.readControl(statePaths(stateDirectory).catalog, run);
}

function openCatalog({ catalog: path }: StatePaths): Catalog {
  const fault = findCatalogFault(path);
  if (fault !== null) throw unusableCatalog(path, fault.why);
  const catalog = Catalog.open(path, () => undefined);
  if (catalog.trouble === null) return catalog;
  catalog.close();
  throw unusableCatalog(path, catalog.trouble);
}

async function waitUntil(
  clock: World['clock'],
  patienceMs: number,
  isReached: () => boolean,
): Promise<void> {
  const endsAt = clock.monotonic() + patienceMs;
  while (!isReached() && clock.monotonic() < endsAt) await clock.sleep(LOOK_EVERY_MS);
}

/** Repeats a write while another process has locked the catalog. */
async function untilWritten<Result>(clock: World['clock'], write: () => Result): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return write();
    } catch (error) {
      if (tries === MAX_TRIES) throw error;
      await clock.sleep(LOOK_EVERY_MS);
    }
  }
}

function unusableCatalog(path: string, why: string): UserError {
  return new UserError(
    'configuration',
    `The catalog ${path} can't be used, so no other process can be asked for anything: ${why} Nothing was changed. To stop a run, press Ctrl-C in its shell, or send SIGTERM to its process.`,
  );
}

function lostRequest(run: RunId): UserError {
  return new UserError(
    'configuration',
    `The request to run ${run} is no longer in the catalog: somebody removed or replaced the file. To stop the run, press Ctrl-C in its shell, or send SIGTERM to its process.`,
  );
}
