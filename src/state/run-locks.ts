import { basename, join } from 'node:path';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import { type WaitEvent, WaitReporter } from '../core/wait.ts';
import type { Release } from '../core/with-cleanup.ts';
import type { Files, World } from '../core/world.ts';
import type { OnConflict } from '../job/job-schema.ts';
import { type HeldLock, isLockHeld, type LockMode, takeLock } from '../ledger/process-lock.ts';
import type { StatePaths } from './state-paths.ts';

/** A project as its lock knows it. */
export interface LockedProject {
  readonly publicKey: string;
  /** Its name in the job; the default project has none. */
  readonly name?: string | undefined;
}

/** What is to be locked, what to do where somebody else has it, and where to leave the way to give it back. */
export interface LockRequest {
  readonly paths: StatePaths;
  readonly run: RunId;
  readonly world: World;
  readonly onConflict: OnConflict;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Takes a sentence for the user: for whom we wait. */
  readonly tell: (words: string) => void;
  /** Takes the same as an event, and its end. */
  readonly listener?: (event: WaitEvent) => void;
  readonly defer: (release: Release) => void;
  /** Told of every lock that is taken; see `RunLimits.onOpen`. */
  readonly onOpen: ((close: () => void) => void) | undefined;
}

/** The end of a run that was to be left out if another one works on its project. Nothing was done. */
export class RunSkipped extends Error {
  override readonly name = 'RunSkipped';
}

const ASK_AGAIN_MS = 1000;

/**
 * Takes the projects, then the run, as the operating system's locks: free at once after a kill.
 * Of several projects in one order, so that of two runs one gets them all. Throws a `locked` error
 * that names the holder, or `RunSkipped`, or waits, as `onConflict` says.
 */
export async function takeRunLocks(
  request: LockRequest & { readonly projects: readonly LockedProject[] },
): Promise<void> {
  const { paths, run, projects } = request;
  const inOrder = [...projects].sort((a, b) => (a.publicKey < b.publicKey ? -1 : 1));
  for (const project of inOrder) await takeProjectLock(project, request);
  await hold({ path: paths.runLock(run), what: `run ${run}`, mode: 'alone' }, request);
}

/** Takes one project, alone or shared with other runs that share it. */
export async function takeProjectLock(
  { publicKey, name }: LockedProject,
  request: LockRequest,
): Promise<void> {
  const { paths, run, world, onConflict } = request;
  const path = paths.projectLock(publicKey);
  const what = `project ${publicKey}${name === undefined ? '' : ` (${name} in the job)`}`;
  const holders = async () => {
    const sharers = await liveSharers(paths, publicKey, world.files);
    return sharers.map((sharer) => paths.shareLock(publicKey, sharer));
  };
  if (onConflict !== 'share') return hold({ path, what, mode: 'alone', holders }, request);
  await hold({ path, what, mode: 'shared', holders }, request);
  const own = paths.shareLock(publicKey, run);
  request.defer(() => world.files.remove(own));
  request.defer(() => world.files.remove(noteOf(own)));
  await hold({ path: own, what: `run ${run}`, mode: 'alone' }, request);
}

/** True while a living process holds the run. Needs no right to write. */
export function isRunHeld(paths: StatePaths, run: RunId): boolean {
  return isLockHeld(paths.runLock(run));
}

/** Who works on a run, as its lock's note has it. */
export async function runNote(paths: StatePaths, run: RunId, files: Files): Promise<string> {
  const note = await files.readText(noteOf(paths.runLock(run))).catch(() => 'it left no note');
  return note.trim();
}

/** The runs that share a project now; those whose process died are not among them. */
export async function liveSharers(
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

interface Place {
  readonly path: string;
  /** For messages. */
  readonly what: string;
  readonly mode: LockMode;
  /** Locks of those who may hold it together, if they do. */
  readonly holders?: () => Promise<string[]>;
}

async function hold(place: Place, request: LockRequest): Promise<void> {
  const { run, world, defer, onOpen } = request;
  const lock = takeLock(place.path, place.mode) ?? (await afterConflict(place, request));
  onOpen?.(lock.release);
  defer(lock.release);
  const since = new Date(world.clock.now()).toISOString();
  // Only the message of another process is poorer where the note can't be written.
  const note = `run ${run}, since ${since}\n`;
  await world.files.writeText(noteOf(place.path), note).catch(() => undefined);
}

async function afterConflict(place: Place, request: LockRequest): Promise<HeldLock> {
  const { onConflict, tell } = request;
  const who = await holderOf(place, request);
  const holder = `Another process works on ${place.what}: ${who}.`;
  if (onConflict === 'skip') {
    throw new RunSkipped(`${holder} Nothing was done, as onConflict is skip.`);
  }
  if (onConflict !== 'wait') {
    throw new UserError(
      'locked',
      `${holder} Nothing was sent. Wait for it (--on-conflict wait does), or stop it, then try again.`,
    );
  }
  tell(`${holder} Waiting until it ends; nothing is sent until then. A signal ends the waiting.`);
  return waitFor(place, who, request);
}

async function waitFor(
  place: Place,
  who: string,
  { world, signal, listener = () => undefined }: LockRequest,
): Promise<HeldLock> {
  const reporter = new WaitReporter(`lock ${place.what}`, world.clock, listener);
  reporter.begin(null, { kind: 'other-run', reason: `waiting for ${place.what}: used by ${who}` });
  try {
    for (;;) {
      await world.clock.sleep(ASK_AGAIN_MS, signal);
      const lock = takeLock(place.path, place.mode, 0);
      if (lock !== null) return lock;
    }
  } finally {
    reporter.end();
  }
}

async function holderOf({ path, holders }: Place, { world }: LockRequest): Promise<string> {
  const sharers = (await holders?.()) ?? [];
  const notes = (sharers.length > 0 ? sharers : [path]).map((lock) =>
    world.files.readText(noteOf(lock)).catch(() => 'a run that left no note'),
  );
  return (await Promise.all(notes)).map((note) => note.trim()).join('; ');
}

/** For the message only: who holds the lock is the operating system's business. */
function noteOf(lockPath: string): string {
  return `${lockPath}.txt`;
}
