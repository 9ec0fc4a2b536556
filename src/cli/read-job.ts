import { basename, dirname, join, resolve } from 'node:path';
import type { ApiVersion } from '../core/api-version.ts';
import { errorMessage } from '../core/error-message.ts';
import { describeFileProblem } from '../core/file-problem.ts';
import { UserError } from '../core/user-error.ts';
import { closestWord } from '../job/closest-word.ts';
import { formatProblem, JobFileError, type JobFileProblem } from '../job/job-file-error.ts';
import type { Job } from '../job/job-schema.ts';
import { loadJobFile } from '../job/load-job-file.ts';
import { loadPriceFile } from '../job/price-file.ts';
import type { PriceList } from '../job/price-list-schema.ts';
import { readsInput } from '../run/check-list.ts';
import { jobVariables } from '../run/job-projects.ts';
import { checkVariables } from './check-variables.ts';
import type { Invocation } from './command.ts';
import { nameFlags } from './one-liners/flag-problems.ts';
import { readOwnCode } from './own-code.ts';
import { NOT_UTF8, readUserText } from './read-user-text.ts';

const STANDARD_INPUT = '-';
/**
 * Maximum size of the text that standard input may contain; a valid job file is always smaller. Without a
 * limit, the program would read an endless input forever.
 */
const MAX_BYTES = 4_000_000;

/** The flags that change the content of a job file. */
interface JobFlags {
  readonly var?: Readonly<Record<string, string>> | undefined;
  readonly apiVersion?: ApiVersion | undefined;
  /** True if the job may run its own code. */
  readonly allowCode?: boolean | undefined;
}

interface ReadOptions {
  readonly mayBeLate?: boolean;
  /** Gets the values that probably do not mean what the user thinks. They are also printed. */
  readonly warnings?: JobFileProblem[];
}

/**
 * Reads the job file that the command line names (`-` is standard input) and inserts the values of its
 * variables. Throws for an environment variable that starts with UCBULK_ and that neither ucbulk nor the job
 * reads. With `mayBeLate`, the deadline of the job may have passed: the job belongs to a run that exists.
 */
export async function readJob(
  invocation: Invocation,
  file: string,
  {
    var: vars = {},
    apiVersion,
    allowCode,
    mayBeLate = false,
    warnings = [],
  }: JobFlags & ReadOptions = {},
): Promise<Job> {
  const { world, env, cwd } = invocation.surroundings;
  if (file === '') {
    throw new UserError('usage', 'JOB is empty: name a job file, or - for standard input.');
  }
  const path = resolve(cwd, file);
  const isInput = file === STANDARD_INPUT;
  const bytes = isInput ? world.files.readInput() : world.files.readBytes(path, 0);
  const read = await readUserText(limitBytes(bytes, MAX_BYTES)).catch(async (error: unknown) => {
    if (isMissing(error)) throw await missingJob(invocation, { file, path });
    const why = errorMessage(error);
    throw new UserError('usage', `The job file ${file} can't be read: ${why}`, { cause: error });
  });
  if (!('text' in read)) throw new JobFileError(file, [{ ...read, message: NOT_UTF8 }]);
  const onWarning = (warning: JobFileProblem) => {
    warnings.push(warning);
    invocation.output.warn(`warning: ${formatProblem(file, warning)}`);
  };
  const names = new Set<string>();
  const onVariable = (name: string) => names.add(name);
  const { text } = read;
  const now = mayBeLate ? undefined : world.clock.now();
  const folder = dirname(path);
  const order = { flags: { allowCode }, jobPath: isInput ? null : file };
  const code = await readOwnCode(invocation, text, { folder, order });
  const given = { file, folder, env, vars, onVariable, apiVersion, now, code };
  const withoutPrices = loadJobFile(text, { ...given, onWarning });
  const prices = await readPrices(invocation, withoutPrices);
  // The job is checked again with its prices, so that a message about `limits.cost` has its line.
  const job = prices === null ? withoutPrices : loadJobFile(text, { ...given, prices });
  for (const name of jobVariables(job)) names.add(name);
  await checkVariables(invocation, { names, isComplete: true });
  if (isInput && readsInput(job)) throw inputIsJob(job);
  return askUnlessProjectNamed(job);
}

/** Reads the price file of a job. Returns null if the job names none. */
async function readPrices(
  { surroundings }: Invocation,
  { prices }: Job,
): Promise<PriceList | null> {
  if (typeof prices !== 'string') return null;
  const bytes = limitBytes(surroundings.world.files.readBytes(prices, 0), MAX_BYTES);
  const read = await readUserText(bytes).catch((error: unknown) => {
    const message = `The price file ${prices} can't be read: ${describeFileProblem(error)}. Correct \`prices\` in the job file. Nothing was sent.`;
    throw new UserError('usage', message, { cause: error });
  });
  if (!('text' in read)) throw new JobFileError(prices, [{ ...read, message: NOT_UTF8 }]);
  return loadPriceFile(read.text, prices);
}

/**
 * Reads a job from a text that a command has made. `folder` is the folder to which its paths belong, and `name` names
 * the text in messages.
 */
export async function readJobText(
  invocation: Invocation,
  text: string,
  { name, folder }: { readonly name: string; readonly folder: string },
): Promise<Job> {
  const { env } = invocation.surroundings;
  const onWarning = ({ message }: JobFileProblem) =>
    invocation.output.warn(`warning: ${nameFlags(message)}`);
  const job = loadFlags(() => loadJobFile(text, { file: name, folder, env, vars: {}, onWarning }));
  await checkVariables(invocation, { names: new Set(), isComplete: true });
  return job;
}

/** Loads the job of a one-liner. The error for a wrong job names the flags that made it. */
function loadFlags(load: () => Job): Job {
  try {
    return load();
  } catch (error) {
    throw error instanceof JobFileError ? wrongFlags(error) : error;
  }
}

function wrongFlags(error: JobFileError): UserError {
  const lines = error.problems.map(({ message, suggestion }) => {
    const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
    return `${nameFlags(message)}${hint}`;
  });
  return new UserError('usage', `${lines.join('\n')}\nNothing was done.`, { cause: error });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Returns the error for a missing job file. It suggests a file in the same folder with a similar name. */
async function missingJob(
  { surroundings }: Invocation,
  { file, path }: { readonly file: string; readonly path: string },
): Promise<UserError> {
  const folder = dirname(path);
  const entries = await surroundings.world.files.listFolder(folder).catch(() => []);
  const names = entries.map(({ name }) => name).filter((name) => /\.(ya?ml|json)$/.test(name));
  const near = closestWord(basename(path), names);
  const meant = near === undefined ? '' : ` Did you mean ${join(dirname(file), near)}?`;
  return new UserError('usage', `There is no file ${basename(path)} in ${folder}.${meant}`);
}

async function* limitBytes(chunks: AsyncIterable<Uint8Array>, bytes: number) {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > bytes) throw new Error('it is larger than 1 MB');
    yield chunk;
  }
}

function inputIsJob({ source }: Job): UserError {
  const message = `The job comes on standard input, so source.${source.kind}.path can't be - too. Name a file for one of them. Nothing was sent.`;
  return new UserError('usage', message);
}

/**
 * Returns the job with `guard.confirm: true` unless it names its project. `guard.confirm: false` means that
 * ucbulk need not ask before it deletes or pays. A job without a project could then delete files in the wrong
 * project.
 */
function askUnlessProjectNamed(job: Job): Job {
  if (job.guard.confirm || job.project !== undefined) return job;
  return { ...job, guard: { ...job.guard, confirm: true } };
}
