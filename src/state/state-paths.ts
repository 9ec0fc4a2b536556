import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { errorMessage } from '../core/error-message.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';

/** Ending of the name of the file that reserves disk space for a run. The name starts with the run's id. */
export const RESERVE_ENDING = '.reserve';

/** The paths in a state directory. */
export interface StatePaths {
  readonly catalog: string;
  /** The lock file that a run locks for a moment while it claims paid work. */
  readonly claimsLock: string;
  /** The folder of the ledgers. */
  readonly runs: string;
  /** The folder of the projects' locks. */
  readonly projects: string;
  ledger(run: RunId): string;
  runLock(run: RunId): string;
  /** The lock file that a process keeps locked while it waits to continue the run. */
  waitingLock(run: RunId): string;
  /** The copy of the list that the run read from standard input. */
  input(run: RunId): string;
  /** The copy of the plan whose selection the run does. */
  plan(run: RunId): string;
  /** The bad rows of the run's list. */
  rejects(run: RunId): string;
  /** The run's copy of the inventory that it uses. */
  runInventory(run: RunId): string;
  /** The list of the run's workers, while a process works on the run with a fleet. */
  workers(run: RunId): string;
  /** The file that reserves disk space for the last answers, while a process works on the run. */
  reserve(run: RunId): string;
  /** The latest inventory of the project. */
  inventory(publicKey: string): string;
  projectLock(publicKey: string): string;
  /** The lock file that a process keeps locked while it applies the plan. */
  planLock(sha256: string): string;
  /** The lock file that a run keeps locked while it shares the project with other runs. */
  shareLock(publicKey: string, run: RunId): string;
  /** The file in which a run publishes its rate for the runs that share its project. */
  shareRate(publicKey: string, run: RunId): string;
}

/**
 * Endings of the files of a run in the folder `runs`. The ledger comes first, because a run without its ledger
 * does not exist.
 */
export const RUN_FILE_ENDINGS = [
  '.db',
  '.db-wal',
  '.db-shm',
  '.input',
  '.plan',
  '.inventory',
  '.rejects.csv',
  '.workers',
  RESERVE_ENDING,
  '.waiting.lock.txt',
  '.waiting.lock',
  '.lock.txt',
  '.lock',
] as const;

/** Returns the paths of all files in a state directory. */
export function statePaths(directory: string): StatePaths {
  return {
    catalog: join(directory, 'catalog.db'),
    claimsLock: join(directory, 'claims.lock'),
    runs: join(directory, 'runs'),
    projects: join(directory, 'projects'),
    ledger: (run) => join(directory, 'runs', `${run}.db`),
    runLock: (run) => join(directory, 'runs', `${run}.lock`),
    waitingLock: (run) => join(directory, 'runs', `${run}.waiting.lock`),
    input: (run) => join(directory, 'runs', `${run}.input`),
    plan: (run) => join(directory, 'runs', `${run}.plan`),
    rejects: (run) => join(directory, 'runs', `${run}.rejects.csv`),
    runInventory: (run) => join(directory, 'runs', `${run}.inventory`),
    workers: (run) => join(directory, 'runs', `${run}.workers`),
    reserve: (run) => join(directory, 'runs', `${run}${RESERVE_ENDING}`),
    inventory: (publicKey) => join(directory, 'projects', `${hashKey(publicKey)}.inventory`),
    projectLock: (publicKey) => join(directory, 'projects', `${hashKey(publicKey)}.lock`),
    planLock: (sha256) => join(directory, 'projects', `${sha256.slice(0, 32)}.plan.lock`),
    shareLock: (publicKey, run) => join(directory, 'projects', `${hashKey(publicKey)}.${run}.lock`),
    shareRate: (publicKey, run) => join(directory, 'projects', `${hashKey(publicKey)}.${run}.rate`),
  };
}

/** Creates the state directory if it is missing. If that fails, throws a `UserError` with advice. */
export async function createStateDirectory(directory: string, files: Files): Promise<StatePaths> {
  try {
    await files.makeDirectory(directory);
    await files.makeDirectory(join(directory, 'runs'));
    await files.makeDirectory(join(directory, 'projects'));
  } catch (error) {
    throw unusableDirectory(directory, error);
  }
  return statePaths(directory);
}

function unusableDirectory(directory: string, cause: unknown): UserError {
  const why = errorMessage(cause);
  return new UserError(
    'configuration',
    `The state directory ${directory} can't be used: ${why}. Nothing was sent. Name a folder that can be written with --state DIR or UCBULK_STATE.`,
    { cause },
  );
}

/**
 * Hashes a public key for use in a file name. A user may swap the public and the secret key by mistake. If
 * the name contained the key itself, it would then show the secret key.
 */
function hashKey(publicKey: string): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, 32);
}

/** The facts from which the path of the state directory follows. */
export interface StateDirectoryFacts {
  /** The value of the user's flag. */
  readonly flag: string | undefined;
  readonly env: {
    readonly UCBULK_STATE?: string | undefined;
    readonly XDG_STATE_HOME?: string | undefined;
    readonly HOME?: string | undefined;
  };
  readonly cwd: string;
  readonly exists: (path: string) => boolean;
}

/**
 * Finds the absolute path of the state directory. The user may have named it. If not, it is `./state` if this
 * folder exists (in a checkout or a project folder). Otherwise it is a folder in the user's home, by the XDG
 * rules.
 */
export function findStateDirectory({ flag, env, cwd, exists }: StateDirectoryFacts): string {
  const wanted = flag ?? env.UCBULK_STATE;
  if (wanted !== undefined && wanted !== '') return resolve(cwd, wanted);
  const local = join(cwd, 'state');
  if (exists(local)) return local;
  const home = resolve(cwd, env.HOME ?? '.');
  // The XDG rules say that a relative path must be ignored.
  const base = env.XDG_STATE_HOME?.startsWith('/')
    ? env.XDG_STATE_HOME
    : join(home, '.local/state');
  return join(base, 'ucbulk');
}
