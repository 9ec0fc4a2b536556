/**
 * Everything that the program takes from outside: time, chance, names, network and disk, and the points at
 * which a test may kill it. `src/world/` has the real one; the simulation has its own.
 */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly http: HttpExchange;
  readonly files: Files;
  readonly crash: CrashHook;
}

/** Time. Durations are measured on `monotonic`, never on `now`. */
export interface Clock {
  /** Wall clock, ms since 1970. May jump. */
  now(): number;
  /** Milliseconds from some start; never decreases. May or may not advance while the machine sleeps. */
  monotonic(): number;
  /** Resolves after `ms`, or rejects with a canceled failure as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Resolves after everything that is ready now has run. A group commit waits this long. */
  tick(): Promise<void>;
}

/** A number in [0, 1). */
export type Random = () => number;

/** Creates unique names. */
export interface Ids {
  /** A name that sorts by creation time. Lower-case letters, digits and dashes. */
  runId(): string;
}

/** The kind and size of a path. */
export interface PathFacts {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes; 0 for anything but a file. */
  readonly size: number;
  /** Ms since 1970. */
  readonly modifiedAt: number;
}

/** An entry of a folder. A name that is not UTF-8 contains U+FFFD. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: PathFacts['kind'];
}

/** Files and folders. Every method rejects with the system's error (`code: 'ENOENT'` …). */
export interface Files {
  readText(path: string): Promise<string>;
  /** Writes the whole file, readable by the owner only (0600); durable when resolved. */
  writeText(path: string, text: string): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** Creates the folder and its parents, for the owner only (0700); durable when resolved. */
  makeDirectory(path: string): Promise<void>;
  /** Removes a file. Does nothing if it does not exist. */
  remove(path: string): Promise<void>;
  /** The bytes of a file from an offset to its end, in chunks. */
  readBytes(path: string, from: number): AsyncIterable<Uint8Array>;
  /** Like `writeText`, from chunks. The signal aborts the write and the chunks. */
  writeBytes(path: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** The standard input of the process; can be read once. */
  readInput(): AsyncIterable<Uint8Array>;
  /** Entries of a folder in no order. Does not follow links. */
  listFolder(path: string): Promise<FolderEntry[]>;
  /** The path itself (`links: 'keep'`), or the target of its links. */
  factsOf(path: string, links: 'keep' | 'follow'): Promise<PathFacts>;
  /** The path with all links resolved. Two different results are two different places. */
  realPath(path: string): Promise<string>;
}

/** A body of known length that can be read again for every attempt, with little memory. */
export interface ByteBody {
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

/** One physical HTTP request. */
export interface WireRequest {
  readonly method: string;
  /** Scheme, host and port: `https://api.uploadcare.com`. */
  readonly origin: string;
  /** Path and query, sent byte for byte. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Sent in place of `body`, chunk by chunk. */
  readonly bytes?: ByteBody;
  /** Total time for the whole exchange, ms. */
  readonly deadlineMs: number;
  /** Larger answers are cut off with `too_large`. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Called at the moment of the socket write. If it returns false, nothing is written: `guard_expired`. */
  readonly mayStart: () => boolean;
}

/** A complete HTTP answer. Header names are lower case. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends one request over the network; rejects with `WireError` only. */
export type HttpExchange = (request: WireRequest) => Promise<WireResponse>;

/** A request without a complete answer. */
export class WireError extends Error {
  override readonly name = 'WireError';
  /** The system's or undici's code (`ECONNREFUSED`, `UND_ERR_SOCKET`), or ours: `deadline`, `too_large`, `guard_expired`, `aborted`, `body_changed`, `body_unreadable`, `proxy_unusable`, `proxy_login`, `proxy_refused`. */
  readonly code: string;
  /** `unsent`: certainly no byte reached the service. Otherwise `ambiguous`. */
  readonly phase: 'unsent' | 'ambiguous';
  /** Headers of an answer whose body was cut off; they may contain the request id. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(facts: {
    code: string;
    phase: 'unsent' | 'ambiguous';
    message: string;
    headers?: Readonly<Record<string, string>>;
    cause?: unknown;
  }) {
    super(facts.message, { cause: facts.cause });
    this.code = facts.code;
    this.phase = facts.phase;
    this.headers = facts.headers ?? {};
  }
}

/**
 * The durable boundaries at which a crash test may end the process, in the order of a run:
 * - `migration-step`: in the transaction that creates or changes the ledger's tables
 * - `work-claimed`: paid work is claimed, but its intent is not recorded
 * - `group-commit`: a group of writes is collected, none is durable
 * - `before-write`, `after-write`: around the bytes of a request that may have an effect
 * - `answer-read`, `poll-answered`: an answer was read, its content is not yet durable
 * - `token-saved`: a remote job's token is durable
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
 * Does nothing in the shipped program. A test's hook kills the process or never resolves. The program does
 * not wait for it at `migration-step` and `after-write`.
 */
export type CrashHook = (point: CrashPoint) => void | Promise<void>;
