/**
 * Everything that the program takes from its environment: time, random numbers, unique names, network and
 * disk. `crash` is called at the points at which a test may kill the program. `src/world/` contains the real
 * implementation. The simulation has its own.
 */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly http: HttpExchange;
  readonly files: Files;
  readonly crash: CrashHook;
}

/** The clocks. Durations are measured with `monotonic`, never with `now`. */
export interface Clock {
  /** The wall clock, ms since 1970. It may jump. */
  now(): number;
  /** Milliseconds since some moment. Never decreases. It may stop while the machine sleeps. */
  monotonic(): number;
  /** Resolves after `ms`, or rejects with a canceled failure as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Resolves when all work that is ready now has run. The ledger waits for this, to collect writes for one
   * commit.
   */
  tick(): Promise<void>;
}

/** Returns a random number in [0, 1). */
export type Random = () => number;

/** Creates unique names. */
export interface Ids {
  /** Creates a name that sorts by creation time. It contains lower-case letters, digits and dashes. */
  runId(): string;
}

/** The kind and size of a path. */
export interface PathFacts {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Size in bytes; 0 if the path is not a file. */
  readonly size: number;
  /** Time of the last change, ms since 1970. */
  readonly modifiedAt: number;
}

/** An entry of a folder. A name that is not UTF-8 contains U+FFFD. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: PathFacts['kind'];
}

/** Access to files and folders. Every method rejects with the error of the system (`code: 'ENOENT'` …). */
export interface Files {
  readText(path: string): Promise<string>;
  /**
   * Writes the whole file. Only its owner can read it (0600). The file is safe on disk when the promise
   * resolves.
   */
  writeText(path: string, text: string): Promise<void>;
  exists(path: string): Promise<boolean>;
  /**
   * Creates the folder and its missing parents. Only the owner can use them (0700). They are safe on disk
   * when the promise resolves.
   */
  makeDirectory(path: string): Promise<void>;
  /** Removes a file. Does nothing if the file does not exist. */
  remove(path: string): Promise<void>;
  /** The bytes of a file from an offset to its end, in chunks. */
  readBytes(path: string, from: number): AsyncIterable<Uint8Array>;
  /**
   * Like `writeText`, but writes chunks of bytes. The signal cancels the write, and the reading of more
   * chunks.
   */
  writeBytes(path: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /**
   * Gives a file another name in the same folder, and replaces the file that has this name. The new name is safe
   * on disk when the promise resolves.
   */
  rename(from: string, to: string): Promise<void>;
  /**
   * Cuts a file at `offset`, or creates it, and appends bytes. They are safe on disk when the promise resolves.
   */
  writeFrom(path: string, offset: number, bytes: Uint8Array): Promise<void>;
  /** The standard input of the process. It can be read only once. */
  readInput(): AsyncIterable<Uint8Array>;
  /** The entries of a folder, in no particular order. Does not follow links. */
  listFolder(path: string): Promise<FolderEntry[]>;
  /**
   * The facts about the path itself (`links: 'keep'`), or about the file or folder to which a link leads
   * (`follow`).
   */
  factsOf(path: string, links: 'keep' | 'follow'): Promise<PathFacts>;
  /** The path with all links resolved. Two paths with different results are different files or folders. */
  realPath(path: string): Promise<string>;
}

/**
 * The bytes of a request body. Their number is known before they are read. Each try reads them again, in
 * chunks.
 */
export interface ByteBody {
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

/** One physical HTTP request. */
export interface WireRequest {
  readonly method: string;
  /** Scheme, host and port: `https://api.uploadcare.com`. */
  readonly origin: string;
  /** The path and query, exactly as they are sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** A body that is sent instead of `body`, chunk by chunk. */
  readonly bytes?: ByteBody;
  /** Maximum time from the start of the request to the end of the answer, ms. */
  readonly deadlineMs: number;
  /** Maximum size of the answer. If it is larger, the request fails with `too_large`. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /**
   * Called just before the request is written to the socket. If it returns false, too much time has passed:
   * nothing is written, and the request fails with `guard_expired`.
   */
  readonly mayStart: () => boolean;
}

/** A complete HTTP answer. Header names are lower case. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body before it was decoded. Absent if an exchange, such as that of a test, has only the text. */
  readonly bytes?: Buffer;
}

/** Sends one request over the network. If it fails, it rejects with a `WireError`. */
export type HttpExchange = (request: WireRequest) => Promise<WireResponse>;

/** The error of a request that got no complete answer. */
export class WireError extends Error {
  override readonly name = 'WireError';
  /**
   * The error code. It comes from the system or undici (`ECONNREFUSED`, `UND_ERR_SOCKET`), or is one of ours:
   * `deadline`, `too_large`, `guard_expired`, `aborted`, `body_changed`, `body_unreadable`, `proxy_unusable`,
   * `proxy_login`, `proxy_refused`.
   */
  readonly code: string;
  /**
   * `unsent`: certainly no byte reached the service. `ambiguous`: the service may have received the request.
   */
  readonly phase: 'unsent' | 'ambiguous';
  /** Status of an answer whose body was incomplete; null if no answer began. */
  readonly status: number | null;
  /** Headers of an answer whose body was incomplete. They may contain the request id. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(facts: {
    code: string;
    phase: 'unsent' | 'ambiguous';
    message: string;
    status?: number | null;
    headers?: Readonly<Record<string, string>>;
    cause?: unknown;
  }) {
    super(facts.message, { cause: facts.cause });
    this.code = facts.code;
    this.phase = facts.phase;
    this.status = facts.status ?? null;
    this.headers = facts.headers ?? {};
  }
}

/**
 * The points at which a crash test may end the process, in the order of a run.
 * - `migration-step`: in the transaction that creates or changes the ledger's tables
 * - `work-claimed`: paid work is claimed, but its intent is not recorded
 * - `group-commit`: a group of writes is collected, and none of them is durable
 * - `before-write`, `after-write`: before and after the bytes of a request that may have an effect are
 * written
 * - `answer-read`, `poll-answered`: an answer was read, and its content is not yet durable
 * - `token-saved`: the token of a remote job is durable
 * - `transfer-noted`: the progress of an upload in parts is durable
 * - `draining`, `drained`: a stop was requested; requests in flight have ended
 * - `checkpoint`: the ledger is about to be closed and its write-ahead log merged into it
 */
export const CRASH_POINTS = [
  'migration-step',
  'page-read',
  'page-committed',
  'claimed',
  'work-claimed',
  'group-commit',
  'intent-committed',
  'before-write',
  'after-write',
  'response-received',
  'answer-read',
  'outcome-committed',
  'token-saved',
  'transfer-noted',
  'poll-answered',
  'draining',
  'drained',
  'run-finished',
  'checkpoint',
] as const;

/** One of `CRASH_POINTS`. */
export type CrashPoint = (typeof CRASH_POINTS)[number];

/**
 * Called at each crash point. Does nothing in the shipped program. The hook of a test kills the process or
 * never resolves. The program does not wait for the hook at `migration-step` and `after-write`.
 */
export type CrashHook = (point: CrashPoint) => void | Promise<void>;
