import type { RunSample } from '../core/run-sample.ts';
import type { ItemReport, RunListing, RunStatus } from '../state/run-status.ts';

/** The list of runs in the state directory, newest first. */
export interface RunsPage {
  /** ms since 1970, by this machine's clock. All other times of these shapes use the same unit. */
  readonly now: number;
  readonly runs: readonly RunListing[];
}

/** Everything that the page of one run shows, except single items. */
export interface RunPage {
  readonly now: number;
  readonly status: RunStatus;
  /** Numbers over time, oldest first, at most 1,000. */
  readonly samples: readonly RunSample[];
  /** Items that failed, were skipped or are in doubt, by cause, most frequent first, at most 200. */
  readonly causes: readonly CauseGroup[];
  /** The last events of the run, oldest first. */
  readonly events: readonly { readonly at: number; readonly kind: string; readonly text: string }[];
  /** True if the run has made files that a browser can show as pictures. */
  readonly hasPictures: boolean;
}

/** Items with the same state, step and cause. */
export interface CauseGroup {
  readonly state: 'failed' | 'skipped' | 'in-doubt';
  /** Id of the step. */
  readonly step: string;
  /** Failure code or skip reason. */
  readonly reason: string;
  /** The service's own message for one of these items; null if there is none. */
  readonly message: string | null;
  readonly count: number;
  /** Key of one of these items, and the request id of its answer. */
  readonly example: { readonly key: string; readonly requestId: string | null };
}

/** Which items to read. Filters that are absent do not filter. */
export interface ItemsQuery {
  readonly state?: ItemReport['state'];
  readonly step?: string;
  readonly reason?: string;
  /** Exact key. */
  readonly key?: string;
  /** `next` of the page before. */
  readonly after?: string;
}

/** One page of items, at most 100. */
export interface ItemsPage {
  readonly items: readonly ItemEntry[];
  /** Pass it as `after` for the next page; null if this is the last page. */
  readonly next: string | null;
}

/** One item, with the pictures of its file before and after the run. */
export interface ItemEntry extends ItemReport {
  /** Original file name; null if the ledger does not have it. */
  readonly name: string | null;
  /** URLs of pictures on the CDN; null if the file is no picture, or if its host is unknown. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Items that were made into pictures, at most 50. */
export interface GalleryPage {
  readonly pairs: readonly ItemEntry[];
  readonly next: string | null;
}

/** The page that the browser shows, and its data. The server and the report file embed it in the page as JSON. */
export interface PageStart {
  /**
   * - `live`: the page asks its server for data
   * - `file`: all data is in `report`
   */
  readonly mode: 'live' | 'file';
  /** True if the server accepts commands, such as `pause`. */
  readonly canControl: boolean;
  readonly report: ReportData | null;
}

/** The data of an HTML report: the run, and a limited number of its items. */
export interface ReportData {
  readonly run: RunPage;
  /** Items by state and cause, at most 200 for each cause; all items in doubt up to 5,000. */
  readonly items: readonly ItemEntry[];
  /** Version of ucbulk, and the time at which the report was written. */
  readonly version: string;
  readonly writtenAt: number;
}
