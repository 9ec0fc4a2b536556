import { basename, join } from 'node:path';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import { type WaitEvent, WaitReporter } from '../core/wait.ts';
import type { Release } from '../core/with-cleanup.ts';
import type { Files, World } from '../core/world.ts';
import type { OnConflict } from '../job/job-schema.ts';
import { type HeldLock, isLockHeld, type LockMode, takeLock } from '../ledger/process-lock.ts';
import type { StatePaths } from './state-paths.ts';

/** A project to lock. */
export interface LockedProject {
  readonly publicKey: string;
  /** Name of the project in the job; absent for the default project. */
  readonly name?: string | undefined;
}

/** The locks to take, and the reaction if another process holds one of them. */
export interface LockRequest {
  readonly paths: StatePaths;
  readonly run: RunId;
  readonly world: World;
  readonly onConflict: OnConflict;
  /** True if the command has the option `--on-conflict`, which the message of a conflict can then name. */
  readonly hasConflictOption?: boolean;
  /** When this signal aborts, the wait for a lock ends. */
  readonly signal: AbortSignal;
  /** Shows a text to the user that names the process for which this run waits. */
  readonly report: (message: string) => void;
  /** Receives an event when the wait begins and when it ends. */
  readonly listener?: (event: WaitEvent) => void;
  readonly defer: (release: Release) => void;
  /** Called with a function that closes a lock, for each lock that is taken (see `RunLimits.onOpen`). */
  readonly onOpen: ((close: () => void) => void) | undefined;
}

/** Thrown if another run uses the project and `onConflict` is `skip`. Nothing was done. */
export class RunSkipped extends Error {
  override readonly name = 'RunSkipped';
}

const RETRY_MS = 1000;

/**
 * Locks the projects of a run, and then the run. Projects are locked in a fixed order, so that two runs can't
 * wait for each other for ever. If another process holds a lock, `onConflict` decides: throw a `locked` error
 * that names the other run, throw `RunSkipped`, or wait. After a kill, the operating system releases the
 * locks at once.
 */
export async function takeRunLocks(
  request: LockRequest & { readonly projects: readonly LockedProject[] },
): Promise<void> {
  const { paths, run, projects } = request;
  const inOrder = [...projects].sort((a, b) => (a.publicKey < b.publicKey ? -1 : 1));
  for (const project of inOrder) await takeProjectLock(project, request);
  await takeLockWithNote({ path: paths.runLock(run), what: `run ${run}`, mode: 'alone' }, request);
}

/** Locks one project, either for this run alone or together with other runs that share it. */
async function takeProjectLock(
  { publicKey, name }: LockedProject,
  request: LockRequest,
): Promise<void> {
  const { paths, run, world, onConflict } = request;
  const path = paths.projectLock(publicKey);
  const what = `project ${publicKey}${name === undefined ? '' : ` (${name} in the job)`}`;
  const holders = async () => {
    const sharers = await findLiveSharers(paths, publicKey, world.files);
    return sharers.map((sharer) => paths.shareLock(publicKey, sharer));
  };
  if (onConflict !== 'share')
    return takeLockWithNote({ path, what, mode: 'alone', holders }, request);
  await takeLockWithNote({ path, what, mode: 'shared', holders }, request);
  const own = paths.shareLock(publicKey, run);
  request.defer(() => world.files.remove(own));
  request.defer(() => world.files.remove(notePath(own)));
  await takeLockWithNote({ path: own, what: `run ${run}`, mode: 'alone' }, request);
}

/** True while a living process holds the run's lock. Needs no write permission. */
export function isRunHeld(paths: StatePaths, run: RunId): boolean {
  return isLockHeld(paths.runLock(run));
}

/** Reads the note beside the lock of a run. It names the process that holds the lock. */
export async function readRunNote(paths: StatePaths, run: RunId, files: Files): Promise<string> {
  const note = await files
    .readText(notePath(paths.runLock(run)))
    .catch(() => 'it left no description');
  return note.trim();
}

/** Finds the runs that share a project now. Runs whose process died do not count. */
export async function findLiveSharers(
  paths: StatePaths,
  publicKey: string,
  files: Files,
): Promise<RunId[]> {
  const prefix = `${basename(paths.projectLock(publicKey), '.lock')}.`;
  const names = (await files.listFolder(paths.projects)).map(({ name }) => name);
  const locks = names.filter((name) => name.startsWith(prefix) && name.endsWith('.lock'));
  return locks
    .filter((name) => name.length > `${prefix}lock`.length)
    .filter((name) => isLockHeld(join(paths.projects, name)))
    .map((name) => name.slice(prefix.length, -'.lock'.length) as RunId);
}

interface LockTarget {
  readonly path: string;
  /** Describes the locked thing, for messages. */
  readonly what: string;
  readonly mode: LockMode;
  /** Finds the locks of the runs that share the project. Empty if no run shares it. */
  readonly holders?: () => Promise<string[]>;
}

async function takeLockWithNote(target: LockTarget, request: LockRequest): Promise<void> {
  const { run, world, defer, onOpen } = request;
  const lock = takeLock(target.path, target.mode) ?? (await handleConflict(target, request));
  onOpen?.(lock.release);
  defer(lock.release);
  const since = new Date(world.clock.now()).toISOString();
  // The note only makes the messages of other processes more detailed, so it may be missing.
  const note = `run ${run}, since ${since}\n`;
  await world.files.writeText(notePath(target.path), note).catch(() => undefined);
}

async function handleConflict(target: LockTarget, request: LockRequest): Promise<HeldLock> {
  const { onConflict, report } = request;
  const who = await describeHolder(target, request);
  const holder = `Another process works on ${target.what}: ${who}.`;
  if (onConflict === 'skip') {
    throw new RunSkipped(`${holder} Nothing was done, as onConflict is skip.`);
  }
  if (onConflict !== 'wait') {
    const runs = [...who.matchAll(/\brun (\S+?)[,;]/g)].map(([, id]) => `\`ucbulk stop ${id}\``);
    const stop = runs.length === 0 ? 'stop it' : `stop it: ${[...new Set(runs)].join(', ')}`;
    const wait = request.hasConflictOption === true ? ' (use --on-conflict wait)' : '';
    const notShared = onConflict === 'share' ? ' It was not started with onConflict share.' : '';
    throw new UserError(
      'locked',
      `${holder}${notShared} Nothing was sent. Wait for it${wait}, or ${stop}. Then run this again.`,
    );
  }
  report(
    `${holder} Waiting until it ends; nothing is sent until then. Press Ctrl-C to stop waiting.`,
  );
  return waitFor(target, who, request);
}

async function waitFor(
  target: LockTarget,
  who: string,
  { world, signal, listener = () => undefined }: LockRequest,
): Promise<HeldLock> {
  const reporter = new WaitReporter(`lock ${target.what}`, world.clock, listener);
  reporter.begin(null, { kind: 'other-run', reason: `waiting for ${target.what}: used by ${who}` });
  try {
    for (;;) {
      await world.clock.sleep(RETRY_MS, signal);
      const lock = takeLock(target.path, target.mode, 0);
      if (lock !== null) return lock;
    }
  } finally {
    reporter.end();
  }
}

async function describeHolder(
  { path, holders }: LockTarget,
  { world }: LockRequest,
): Promise<string> {
  const sharers = (await holders?.()) ?? [];
  const notes = (sharers.length > 0 ? sharers : [path]).map((lock) =>
    world.files.readText(notePath(lock)).catch(() => 'a run without a description'),
  );
  return (await Promise.all(notes)).map((note) => note.trim()).join('; ');
}

/**
 * Path of the note beside a lock. Only messages use the note. The operating system knows who holds the lock.
 */
function notePath(lockPath: string): string {
  return `${lockPath}.txt`;
}
