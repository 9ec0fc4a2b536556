import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { UserError } from '../core/user-error.ts';
import type { Job } from '../job/job-schema.ts';
import { hasCommand } from '../job/notify-schema.ts';
import type { Invocation } from './command.ts';

/**
 * True if programs that the job names may run: with `--allow-code`, or if the job comes from a folder that the user
 * trusts. A job that names no program may always run.
 */
export async function mayRunCode(
  job: Pick<Job, 'notify'>,
  invocation: Invocation,
  order: CodeOrder,
): Promise<boolean> {
  return !hasCommand(job.notify) || isCodeTrusted(invocation, order);
}

/** The parts of a command that decide whether it may run the code of a job. */
export interface CodeOrder {
  /**
   * Path of the file that has the job; null for standard input. Absent if the job is one that the state directory
   * has.
   */
  readonly jobPath?: string | null;
  readonly flags: { readonly allowCode?: boolean | undefined };
}

/** True with `--allow-code`, or if the job comes from a folder that the user trusts. */
export async function isCodeTrusted(invocation: Invocation, order: CodeOrder): Promise<boolean> {
  if (order.flags.allowCode === true) return true;
  const folder = await findFolder(invocation, order);
  return folder !== null && (await isTrusted(folder, invocation));
}

/** The folder that the job comes from, with all links resolved; null if it has none. */
async function findFolder(
  { stateDirectory, surroundings }: Invocation,
  { jobPath }: Pick<CodeOrder, 'jobPath'>,
): Promise<string | null> {
  const { cwd, world } = surroundings;
  // A stored job comes from the state directory. A job on standard input comes from nowhere.
  if (jobPath === null) return null;
  const place = await world.files
    .realPath(resolve(cwd, jobPath ?? stateDirectory))
    .catch(() => null);
  return place === null || jobPath === undefined ? place : dirname(place);
}

async function isTrusted(folder: string, invocation: Invocation): Promise<boolean> {
  const { files } = invocation.surroundings.world;
  for (const trusted of await readTrustedFolders(invocation)) {
    const real = await files.realPath(trusted).catch(() => null);
    if (real !== null && `${folder}${sep}`.startsWith(real.endsWith(sep) ? real : real + sep)) {
      return true;
    }
  }
  return false;
}

/** The job file of a command, if it has read one. `-` is standard input. */
export function jobPathOf({ job }: { readonly job?: string | undefined }): {
  readonly jobPath?: string | null;
} {
  if (job === undefined) return {};
  return { jobPath: job === '-' ? null : job };
}

/** The error before a run of a job whose programs may not run. */
export function untrustedCode(job: Pick<Job, 'notify'>, invocation: Invocation): UserError {
  const [program] = (job.notify ?? []).flatMap(({ command }) => (command ? [command[0]] : []));
  return new UserError(
    'usage',
    `The job runs a program of its own (\`notify\`: command ${JSON.stringify(program)}), and nobody has trusted it. Nothing was sent. ${howToTrust(invocation)}`,
  );
}

/** Says how a user can trust a job, as sentences for messages. */
export function howToTrust({ surroundings }: Pick<Invocation, 'surroundings'>): string {
  const list = trustedFoldersPath(surroundings.env) ?? '~/.config/ucbulk/trusted-folders';
  return `If you know the job, add --allow-code, or write the folder of the job file into ${list}, one folder a line. For resume and retry, that is the state directory.`;
}

async function readTrustedFolders({ surroundings }: Invocation): Promise<string[]> {
  const path = trustedFoldersPath(surroundings.env);
  if (path === null || !(await surroundings.world.files.exists(path))) return [];
  const lines = (await surroundings.world.files.readText(path)).split('\n');
  return lines.map((line) => line.trim()).filter((line) => isAbsolute(line));
}

function trustedFoldersPath({ XDG_CONFIG_HOME, HOME }: Invocation['surroundings']['env']) {
  if (XDG_CONFIG_HOME && isAbsolute(XDG_CONFIG_HOME)) {
    return join(XDG_CONFIG_HOME, 'ucbulk', 'trusted-folders');
  }
  return HOME ? join(HOME, '.config', 'ucbulk', 'trusted-folders') : null;
}
