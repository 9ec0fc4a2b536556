import type { ApiVersion } from '../core/api-version.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import { apiVersionOfRun, variablesOfRun } from '../run/resume-run.ts';
import { checkVariables } from './check-variables.ts';
import type { Invocation } from './command.ts';

/**
 * Checks the flags and environment variables for a run that continues with its stored job. Throws a
 * `UserError` if one of them does not fit this run.
 */
export async function checkStoredRun(
  invocation: Invocation,
  run: RunId,
  { apiVersion }: { readonly apiVersion: ApiVersion | undefined },
): Promise<void> {
  const { stateDirectory } = invocation;
  const names = variablesOfRun(run, stateDirectory);
  await checkVariables(invocation, { names, isComplete: false });
  if (apiVersion !== undefined) checkApiVersion(run, stateDirectory, apiVersion);
}

/** Throws a `UserError` if the user set variables of a job file, but named no job file. */
export function checkVarNeedsJob(flags: { readonly var: unknown; readonly job: unknown }): void {
  if (flags.var === undefined || flags.job !== undefined) return;
  throw new UserError(
    'usage',
    '--var needs --job FILE: without it, a run continues with the values that it started with. Nothing was sent.',
  );
}

/**
 * Throws a `UserError` if the run started with another version of the REST API. A run keeps its version to
 * the end.
 */
function checkApiVersion(run: RunId, stateDirectory: string, wanted: ApiVersion): void {
  const version = apiVersionOfRun(run, stateDirectory);
  if (version === wanted) return;
  throw new UserError(
    'usage',
    `Run ${run} started with version ${version} of the REST API, and --api-version is ${wanted}. Nothing was sent. Resume without --api-version (and UCBULK_API_VERSION), or start a new run.`,
  );
}
