import type { ListingStart } from '../core/listing-start.ts';
import type { Job } from '../job/job-schema.ts';
import { sourceDescriptor, sourceOptions } from '../job/source-schemas.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { findLastSuccess, type SuccessSearch } from '../state/last-success.ts';
import type { StatePaths } from '../state/state-paths.ts';
import type { RunContext } from './run-request.ts';

/**
 * Finds the upload time from which a run of the job lists files. Logs which run it continues, or why it lists all
 * files. Undefined if the source of the job has no `since`.
 */
function searchSince(
  job: Job,
  { paths, context }: { readonly paths: StatePaths; readonly context: RunContext },
): { readonly start: ListingStart; readonly text: string } | undefined {
  const { source } = job;
  if (!sourceDescriptor(source).continuesLastRun?.(sourceOptions(source))) return undefined;
  const search = findLastSuccess(job, { paths, connection: context.connection });
  const { found, others, unreadable } = search;
  for (const { run, why } of unreadable) {
    const message = `since: the ledger of run ${run} can't be read, so this run does not continue it: ${why}`;
    context.log('warn', { run }, message);
  }
  const isExpected = found !== null || others.length + unreadable.length === 0;
  const fields = { run: found?.run ?? null, since: found?.nextSince ?? null };
  const text = describeSearch(search);
  context.log(isExpected ? 'info' : 'warn', fields, text);
  return { start: { from: found?.nextSince ?? null, run: found?.run ?? null }, text };
}

function describeSearch({ found, others }: SuccessSearch): string {
  if (found !== null) {
    const from = new Date(found.nextSince).toISOString();
    return `since: lists files that were uploaded after ${from}, because run ${found.run} was successful`;
  }
  const [other] = others;
  const why =
    other === undefined
      ? 'no earlier run of this job was successful'
      : `run ${other} had other conditions or steps`;
  return `since: lists all files, because ${why}`;
}

/** As `searchSince`, without the text. */
export function findSince(...request: Parameters<typeof searchSince>): ListingStart | undefined {
  return searchSince(...request)?.start;
}

/** Records in the ledger of a new run from when on it lists files. */
export function beginSince(
  job: Job,
  place: {
    readonly ledger: Ledger;
    readonly paths: StatePaths;
    readonly context: RunContext;
  },
): void {
  const found = searchSince(job, place);
  if (found === undefined) return;
  const { ledger, context } = place;
  ledger.transaction(() => ledger.listingSince.begin(found.start));
  ledger.activity.note({ at: context.world.clock.now(), kind: 'since', text: found.text });
}
