import type { RunId } from '../core/run.ts';
import type { Job } from '../job/job-schema.ts';
import { skipsCompletedWork } from '../job/step-work.ts';
import { LedgersOfOthers } from '../state/ledgers-of-others.ts';
import { findInLedgers, findWork } from '../state/other-works.ts';
import { statePaths } from '../state/state-paths.ts';
import type { RunContext } from './run-request.ts';

/** Returns the URLs of the objects that other runs wrote for files at a step, by the UUID of the file. */
export type FindOtherCopies = (
  step: number,
  files: readonly string[],
) => ReadonlyMap<string, string>;

/**
 * Opens the ledgers of other runs, to find the copies that they wrote. Uses only runs with a step that does the same
 * work, and only if the step skips what was done before: then all these runs fill the bucket together.
 */
export function openOtherCopies(
  { run, job }: { readonly run: RunId; readonly job: Job },
  { stateDirectory, connection }: Pick<RunContext, 'stateDirectory' | 'connection'>,
): { readonly find: FindOtherCopies; readonly close: () => void } {
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
    find(step, files) {
      const work = works[step] ?? null;
      const urls = new Map<string, string>();
      if (work === null) return urls;
      for (const [file, other] of findInLedgers(ledgers, { work, files, since: null })) {
        const isDone = other.kind === 'paid' && other.standing.kind === 'done';
        const url = isDone ? other.standing.result?.['url'] : null;
        if (typeof url === 'string') urls.set(file, url);
      }
      return urls;
    },
    close: () => ledgers.close(),
  };
}
