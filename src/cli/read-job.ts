import { dirname, resolve } from 'node:path';
import { UserError } from '../core/user-error.ts';
import { JobFileError } from '../job/job-file-error.ts';
import type { Job } from '../job/job-schema.ts';
import { loadJobFile } from '../job/load-job-file.ts';
import { NOT_UTF8, readUserText } from './read-user-text.ts';
import type { Surroundings } from './surroundings.ts';

/** Reads a job file named on the command line, with its variables put in. */
export async function readJob(
  { world, env, cwd }: Surroundings,
  file: string,
  vars: Readonly<Record<string, string>> = {},
): Promise<Job> {
  const path = resolve(cwd, file);
  const read = await readUserText(world.files, path).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError('usage', `The job file ${file} can't be read: ${why}`, { cause: error });
  });
  if (!('text' in read)) throw new JobFileError(file, [{ ...read, message: NOT_UTF8 }]);
  return askUnlessProjectNamed(loadJobFile(read.text, { file, folder: dirname(path), env, vars }));
}

/** `guard.confirm: false` is a yes for one project: without its name in the file, we ask all the same. */
function askUnlessProjectNamed(job: Job): Job {
  if (job.guard.confirm || job.project !== undefined) return job;
  return { ...job, guard: { ...job.guard, confirm: true } };
}
