import type { Connection } from '../core/connection.ts';
import type { RunId } from '../core/run.ts';
import type { ControlRequest, ItemsQuery, ResolveRequest } from '../page-data/shapes.ts';

/** A question of the server about the state directory, or a command. It can be sent to another thread. */
export type Question =
  | { readonly ask: 'runs' }
  | { readonly ask: 'run'; readonly run: RunId }
  | { readonly ask: 'items'; readonly run: RunId; readonly query: ItemsQuery }
  | { readonly ask: 'gallery'; readonly run: RunId; readonly after: string | undefined }
  | { readonly ask: 'doubts'; readonly run: RunId; readonly key: string }
  | { readonly ask: 'origins' }
  /** The page of a run, or the list of runs (`run: null`), if it has changed since `seen`. */
  | { readonly ask: 'changes'; readonly run: RunId | null; readonly seen: Seen | null }
  | { readonly ask: 'control'; readonly run: RunId; readonly request: ControlRequest }
  | { readonly ask: 'resolve'; readonly run: RunId; readonly request: ResolveRequest };

/** The version of a page that a browser has. */
export interface Seen {
  /** The `LedgerSignature` of the run. */
  readonly signature: string;
  /** Hash of the page without its time and its samples. */
  readonly digest: string;
  /** Time of the last sample. */
  readonly sampleAt: number;
}

/** The answer to a question: JSON, or the reason why there is none. */
export type Answer =
  | { readonly ok: true; readonly text: string; readonly seen?: Seen | undefined }
  | { readonly ok: false; readonly status: 400 | 404 | 409 | 500; readonly error: string };

/** Answers the questions of the server. The text of an answer to `changes` is empty if nothing has changed. */
export interface Backend {
  answer(question: Question): Promise<Answer>;
  close(): Promise<void>;
}

/** The state directory, and the keys of its project. */
export interface BackendOptions {
  readonly stateDirectory: string;
  /** Null if the backend has no keys. It then can't look for files that may be the result of an item in doubt. */
  readonly connection: Connection | null;
}
