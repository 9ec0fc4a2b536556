import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { World } from '../core/world.ts';
import { isLockHeld, takeLock } from '../ledger/process-lock.ts';
import type { StatePaths } from './state-paths.ts';
import type { Release } from './with-cleanup.ts';

/** A project as its lock knows it. */
export interface LockedProject {
  readonly publicKey: string;
  /** Its name in the job; the default project has none. */
  readonly name?: string | undefined;
}

/** What is to be locked, and where to leave the way to give it back. */
export interface LockRequest {
  readonly paths: StatePaths;
  readonly run: RunId;
  /** Public keys of the run's projects, and what messages call them. */
  readonly projects: readonly LockedProject[];
  readonly world: World;
  readonly defer: (release: Release) => void;
  /** Told of every lock that is taken; see `RunLimits.onOpen`. */
  readonly onOpen: ((close: () => void) => void) | undefined;
}

/**
 * Takes the projects, then the run, as the operating system's locks: free at once after a kill.
 * Of several projects in one order, so that of two runs one gets them all. Throws a `locked` error
 * that names the holder.
 */
export async function takeRunLocks(request: LockRequest): Promise<void> {
  const { paths, run, projects } = request;
  const inOrder = [...projects].sort((a, b) => (a.publicKey < b.publicKey ? -1 : 1));
  for (const { publicKey, name } of inOrder) {
    const what = name === undefined ? publicKey : `${publicKey} (${name} in the job)`;
    await hold(paths.projectLock(publicKey), `project ${what}`, request);
  }
  await hold(paths.runLock(run), `run ${run}`, request);
}

/** True while a living process holds the run. Needs no right to write. */
export function isRunHeld(paths: StatePaths, run: RunId): boolean {
  return isLockHeld(paths.runLock(run));
}

async function hold(path: string, what: string, request: LockRequest): Promise<void> {
  const { run, world, defer, onOpen } = request;
  const lock = takeLock(path);
  if (lock === null) throw await lockedBy(path, what, world);
  onOpen?.(lock.release);
  defer(lock.release);
  const since = new Date(world.clock.now()).toISOString();
  // Only the message of another process is poorer where the note can't be written.
  await world.files.writeText(noteOf(path), `run ${run}, since ${since}\n`).catch(() => undefined);
}

async function lockedBy(path: string, what: string, world: World): Promise<UserError> {
  const holder = await world.files.readText(noteOf(path)).catch(() => 'a run that left no note');
  return new UserError(
    'locked',
    `Another process works on ${what}: ${holder.trim()}. Nothing was sent. Wait for it, or stop it, then try again.`,
  );
}

/** For the message only: who holds the lock is the operating system's business. */
function noteOf(lockPath: string): string {
  return `${lockPath}.txt`;
}
