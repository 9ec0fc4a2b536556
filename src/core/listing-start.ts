import type { RunId } from './run.ts';

/** The upload time from which a run with `since: last-success` lists files. */
export interface ListingStart {
  /** The run lists the files that were uploaded after this time, ms; null if it lists all. */
  readonly from: number | null;
  /** The successful run that it continues; null if it lists all, or if a ledger of schema 4 does not name the run. */
  readonly run: RunId | null;
}
