import type { JsonObject } from '../core/json.ts';
import type { RunId } from '../core/run.ts';
import type { Job } from '../job/job-schema.ts';
import { skipsCompletedWork } from '../job/step-work.ts';
import { LedgersOfOthers, type OtherWork } from '../state/ledgers-of-others.ts';
import { findInLedgers, findWork } from '../state/other-works.ts';
import { statePaths } from '../state/state-paths.ts';
import type { RunContext } from './run-request.ts';

/**
 * Returns the results that other runs have of the work of a step, by the key of the item or the UUID of the file on which
 * the step works.
 */
export type FindOtherResults = (
  step: number,
  inputs: readonly string[],
) => ReadonlyMap<string, JsonObject>;

/**
 * Opens the ledgers of other runs, to find their results without a request. Uses only runs with a step that does the same work,
 * and only if the step skips what was done before. `run` is not searched; null to search all runs.
 */
export function openOtherResults(
  { run, job }: { readonly run: RunId | null; readonly job: Job },
  { stateDirectory, connection }: Pick<RunContext, 'stateDirectory' | 'connection'>,
): { readonly find: FindOtherResults; readonly close: () => void } {
  const works = job.steps.map((step) =>
    skipsCompletedWork(step) ? findWork(job, step, connection.publicKey) : null,
  );
  const ledgers = new LedgersOfOthers({
    paths: statePaths(stateDirectory),
    connection,
    run,
    wanted: new Set(works.filter((work) => work !== null)),
    mustRead: false,
    findWork,
  });
  return {
    find(step, inputs) {
      const work = works[step] ?? null;
      const results = new Map<string, JsonObject>();
      if (work === null) return results;
      for (const [input, other] of findInLedgers(ledgers, { work, files: inputs, since: null })) {
        const result = resultOf(other);
        if (result !== null) results.set(input, result);
      }
      return results;
    },
    close: () => ledgers.close(),
  };
}

/** The result of work that another run did; null if it did not do it, or if it failed afterwards. */
function resultOf(work: OtherWork): JsonObject | null {
  if (work.kind !== 'paid' || work.standing.kind !== 'done' || work.standing.hasFailed) return null;
  return work.standing.result ?? {};
}
