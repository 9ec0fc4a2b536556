import { constants, existsSync } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { errorMessage } from '../core/error-message.ts';
import type { RunId } from '../core/run.ts';
import type { World } from '../core/world.ts';
import { findCatalogFault } from '../ledger/catalog.ts';
import { inspectLedger } from '../ledger/inspect-ledger.ts';
import { checkStateFolders, findRun, listRunIds } from '../state/find-run.ts';
import { isRunHeld, readRunNote } from '../state/run-locks.ts';
import { type StatePaths, statePaths } from '../state/state-paths.ts';

/**
 * Numbers that `statfs` returns for network file systems (linux/magic.h). `doctor` reports these file
 * systems, because SQLite's locks and shared memory are unreliable on them.
 */
const NETWORK_DISKS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x01021997, '9p'],
  [0x00c36400, 'Ceph'],
  [0x65735546, 'FUSE'],
]);
/** If the disk has less free space than this number of bytes, `doctor` reports it. */
const MIN_FREE_BYTES = 200 * 1024 * 1024;

/**
 * Checks a state directory (the folder with the databases of all runs), or only one run in it. Changes
 * nothing.
 */
export async function examineState(
  directory: string,
  wanted: RunId | null,
  world: World,
): Promise<Finding[]> {
  const paths = statePaths(directory);
  if (!(await world.files.exists(directory))) {
    return [good('state', directory, 'does not exist yet; the first run creates it')];
  }
  await checkStateFolders(paths, world.files);
  const runs =
    wanted === null
      ? await listRunIds(paths, world.files)
      : [await findRun(paths, world.files, wanted)];
  const ledgers: Finding[] = [];
  for (const run of runs) ledgers.push(...(await examineRun(paths, run, world)));
  return [...(await examineDirectory(directory)), examineCatalog(paths.catalog), ...ledgers];
}

async function examineDirectory(directory: string): Promise<Finding[]> {
  const about = { about: 'state', subject: directory };
  const findings: Finding[] = [];
  const { mode } = await stat(directory);
  if ((mode & 0o077) !== 0) {
    const message = `other users can read it (mode ${(mode & 0o777).toString(8)}), and file names may be private`;
    findings.push({ ...about, level: 'note', message, advice: `chmod 700 ${directory}` });
  }
  const disk = await statfs(directory);
  const network = NETWORK_DISKS.get(disk.type >>> 0);
  if (network !== undefined) {
    const message = `is on a network disk (${network}), where the locks of SQLite can't be trusted`;
    const advice = 'work from one machine only, or name a local folder with --state';
    findings.push({ ...about, level: 'note', message, advice });
  }
  const room = disk.bavail * disk.bsize;
  if (room < MIN_FREE_BYTES) {
    const message = `its disk has ${Math.floor(room / 1024 / 1024)} MiB left`;
    findings.push({
      ...about,
      level: 'note',
      message,
      advice: 'free some space before a large run',
    });
  }
  const isWritable = await access(directory, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable) {
    const message = "can't be written: status, items, runs and report work, run and resume do not";
    const advice = 'make it writable, or name another folder with --state';
    findings.push({ ...about, level: 'bad', message, advice });
  }
  return findings.length > 0 ? findings : [good('state', directory, 'can be used')];
}

function examineCatalog(path: string): Finding {
  const fault = findCatalogFault(path);
  if (fault === null) {
    return good(
      'catalog',
      path,
      existsSync(path) ? 'can be used' : 'does not exist yet; a run creates it',
    );
  }
  const advice = fault.isDamage
    ? 'nothing: the next run moves it aside and creates a new one; only learned rates are lost'
    : 'update ucbulk, or move it away: paying jobs do not start with it. The next run creates a new one; only learned rates are lost';
  return { about: 'catalog', subject: path, level: 'note', message: fault.why, advice };
}

async function examineRun(paths: StatePaths, run: RunId, world: World): Promise<Finding[]> {
  const subject = paths.ledger(run);
  const findings = examineLedger(subject);
  if (!isRunHeld(paths, run)) return findings;
  const message = `a process works on it: ${await readRunNote(paths, run, world.files)}`;
  return [...findings, { about: 'lock', subject: run, level: 'note', message, advice: null }];
}

function examineLedger(path: string): Finding[] {
  try {
    const problems = inspectLedger(path);
    if (problems.length === 0) return [good('ledger', path, 'is whole')];
    const advice =
      'keep a copy, then restore a backup; a new run of the job selects its items again';
    const message = `is damaged: ${problems.join('; ')}`;
    return [{ about: 'ledger', subject: path, level: 'bad', message, advice }];
  } catch (error) {
    const message = errorMessage(error);
    return [{ about: 'ledger', subject: path, level: 'bad', message, advice: null }];
  }
}

/** The result of one check. */
export interface Finding {
  /** The checked part: `tool`, `state`, `catalog`, `ledger`, `lock` or `service`. */
  readonly about: string;
  /** The checked path, run id or URL origin. */
  readonly subject: string;
  /**
   * `bad`: the user must fix it. `away`: the problem may end without action by the user. `note`: the user
   * should know it, but runs work.
   */
  readonly level: 'good' | 'note' | 'bad' | 'away';
  readonly message: string;
  /** The advice for the user; null if no action is needed. */
  readonly advice: string | null;
}

export function good(about: string, subject: string, message: string): Finding {
  return { about, subject, level: 'good', message, advice: null };
}
