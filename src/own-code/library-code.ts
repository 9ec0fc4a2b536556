import type { Job } from '../job/job-schema.ts';
import type { GivenCode } from '../job/own-steps.ts';
import { importModule } from '../world/import-module.ts';
import { createSystemFiles } from '../world/system-files.ts';
import { loadCode as loadCodeOf, loadCodeOfJob, ownCodeIn } from './load-code.ts';

/**
 * Imports the own code that the text of a job file names, for `code` of `loadJobFile`. This runs the code, so the program
 * must trust it. `folder` is the absolute path of the folder of the job file. Code that can't be loaded does not reject:
 * `loadJobFile` reports it at its place.
 */
export function loadCode(
  text: string,
  { folder }: { readonly folder: string },
): Promise<GivenCode> {
  return loadCodeOf(ownCodeIn(text), folder, place());
}

/**
 * Creates the function that loads the own code of a job when a run starts or resumes: `loadCode` in the context of a run.
 * It runs the code of every job that the program starts or resumes, so the program must trust them.
 */
export function createCodeLoader(): (job: Job) => Promise<GivenCode> {
  return (job) => loadCodeOfJob(job, place());
}

function place() {
  return { files: createSystemFiles(), importModule };
}
