import type { WorkerActivity } from '../core/connected-worker.ts';
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
  /** The workers of the run's fleet; null if no process works on the run with a fleet. */
  readonly workers: readonly WorkerActivity[] | null;
  /** True if the run has made files that a browser can show as pictures. */
  readonly hasPictures: boolean;
}

/**
 * Items whose step ended with the same state and cause. An item that failed at two steps is in two groups. The
 * items of a group are those of an `ItemsQuery` with its state, step and reason.
 */
export interface CauseGroup {
  readonly state: 'failed' | 'skipped' | 'in-doubt';
  /** Id of the step. */
  readonly step: string;
  /** Failure code or skip reason. */
  readonly reason: string;
  /** The service's own message for one of these items; null if there is none. */
  readonly message: string | null;
  readonly count: number;
  /** True if these items then continued at the next step, so their state may be another one now. */
  readonly continued: boolean;
  /** Key of one of these items, and the request id of its answer. */
  readonly example: { readonly key: string; readonly requestId: string | null };
}

/** Which items to read. Filters that are absent do not filter. */
export interface ItemsQuery {
  readonly state?: ItemReport['state'] | undefined;
  /** Id of the step. */
  readonly step?: string | undefined;
  readonly reason?: string | undefined;
  /** Exact key. */
  readonly key?: string | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
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

/**
 * The page that the browser shows, and its data. The server and the report file embed it in the page as JSON.
 *
 * A page in mode `live` asks its server:
 * - `GET /api/runs`: `RunsPage`
 * - `GET /api/runs/ID`: `RunPage`
 * - `GET /api/runs/ID/items?state=&step=&reason=&key=&after=`: `ItemsPage`
 * - `GET /api/runs/ID/gallery?after=`: `GalleryPage`
 * - `GET /api/runs/ID/doubts?key=`: `DoubtPage`
 * - `GET /api/events`: an event stream. Its unnamed events are `RunsPage`
 * - `GET /api/events/ID`: an event stream. Its unnamed events are `RunPage`. Each has only the samples that
 *   are new since the event before, and repeats the last one of them. The first event has all samples
 * - `POST /api/runs/ID/control` with `ControlRequest`, `POST /api/runs/ID/resolve` with `ResolveRequest`: `Reply`
 *
 * An answer that is not 2xx is a `Refusal`. A stream sends an event `problem` with a `Refusal` when its page can't be
 * read, for example because a ledger is damaged. The next unnamed event, with all samples, ends the problem.
 *
 * Browsers have few connections to a server for all their tabs together. So a page that is hidden ends its stream,
 * and the server ends the oldest of many streams.
 */
export interface PageStart {
  /**
   * - `live`: the page asks its server for data
   * - `file`: all data is in `report`
   * - `gallery`: the pairs of pictures are in files beside the page
   */
  readonly mode: 'live' | 'file' | 'gallery';
  /** True if the server accepts commands, such as `pause`. */
  readonly canControl: boolean;
  readonly report: ReportData | null;
  readonly gallery: GalleryData | null;
}

/** Asks a run to pause, continue or stop, or changes its limits. A limit of null removes it. */
export type ControlRequest =
  | { readonly action: 'pause' | 'continue' | 'stop' }
  | {
      readonly action: 'set';
      readonly rate?: number | null | undefined;
      readonly concurrency?: number | null | undefined;
    };

/** A decision about one item in doubt, as of `ucbulk resolve`. */
export type ResolveRequest =
  | { readonly key: string; readonly as: 'done' | 'redo' | 'skip' }
  | { readonly key: string; readonly as: 'adopt'; readonly file: string };

/** The answer to a command, as text for people. */
export interface Reply {
  readonly text: string;
}

/** The answer of the server to a request that it refuses, as text for people. */
export interface Refusal {
  readonly error: string;
}

/** Facts about an item in doubt that help to decide it. */
export interface DoubtPage {
  /** Describes how the project looks if the request had its effect. */
  readonly expected: string;
  /** Server time of the last send; null if the ledger does not have it. */
  readonly sentAt: number | null;
  /** Files that may be the result, at most 20; null if the server has no keys to look for them. */
  readonly candidates: readonly CandidateEntry[] | null;
}

/** A file that may be the result of an item in doubt. */
export interface CandidateEntry {
  readonly file: string;
  readonly name: string | null;
  readonly size: number | null;
  readonly uploadedAt: number | null;
  /** URL of the picture on the CDN; null if the file is no picture. */
  readonly picture: string | null;
}

/** A gallery as a folder: a page, and a file for each 500 pairs. */
export interface GalleryData {
  readonly run: string;
  readonly jobName: string;
  readonly count: number;
  /** Names of the files, in order. */
  readonly files: readonly string[];
  readonly writtenAt: number;
}

/** The data of an HTML report: the run, and a limited number of its items. */
export interface ReportData {
  readonly run: RunPage;
  /**
   * All items in doubt up to 5,000, and at most 200 items for each cause and for each state. There are fewer if
   * the file would be too large otherwise.
   */
  readonly items: readonly ItemEntry[];
  /** Small pictures as `data:` URLs, by the URL of the picture on the CDN; null if it could not be fetched. */
  readonly pictures: Readonly<Record<string, string | null>>;
  /** Version of ucbulk, and the time at which the report was written. */
  readonly version: string;
  readonly writtenAt: number;
}
