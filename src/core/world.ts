/**
 * Everything the program takes from outside: time, chance, names, the network, the disk, and the
 * places where a test may kill it. `src/world/` holds the real one; the simulation has its own.
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
  /** Milliseconds from some start; never goes back, and goes on while the machine sleeps or not. */
  monotonic(): number;
  /** Resolves after `ms`, or rejects with a canceled failure as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Resolves once whatever is ready now has run: the width of a group commit. */
  tick(): Promise<void>;
}

/** A number in [0, 1). */
export type Random = () => number;

/** Makes names that must differ. */
export interface Ids {
  /** Sorts by time of making. Lower-case letters, digits and dashes. */
  runId(): string;
}

/** What is at a path. */
export interface PathFacts {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes; 0 for what is no file. */
  readonly size: number;
  /** Ms since 1970. */
  readonly modifiedAt: number;
}

/** An entry of a folder; a name that is not UTF-8 has U+FFFD in it. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: PathFacts['kind'];
}

/** Files and folders. Every method rejects with the system's error (`code: 'ENOENT'` …). */
export interface Files {
  readText(path: string): Promise<string>;
  /** Writes the whole file, readable by the owner only (0600); a power cut leaves what was written. */
  writeText(path: string, text: string): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** Makes the folder and those above it, for the owner only (0700); a power cut leaves it there. */
  makeDirectory(path: string): Promise<void>;
  /** Removes a file; a missing one is no error. */
  remove(path: string): Promise<void>;
  /** The bytes of a file from an offset to its end, in chunks. */
  readBytes(path: string, from: number): AsyncIterable<Uint8Array>;
  /** As `writeText`, from chunks; the signal ends it, and the chunks. */
  writeBytes(path: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** What was given to the process on its standard input; can be read once. */
  readInput(): AsyncIterable<Uint8Array>;
  /** Entries of a folder in no order; links are not followed. */
  listFolder(path: string): Promise<FolderEntry[]>;
  /** What is at the path itself (`links: 'keep'`), or where its links lead to. */
  factsOf(path: string, links: 'keep' | 'follow'): Promise<PathFacts>;
  /** The path without links: two that differ are two places. */
  realPath(path: string): Promise<string>;
}

/** Bytes of a known number that can be read again for every try; reading takes little memory. */
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
  /** Asked at the moment of the socket write; false means: do not write, fail as `guard_expired`. */
  readonly mayStart: () => boolean;
}

/** A whole HTTP answer. Header names are lower case. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends one request over the network; rejects with `WireError` only. */
export type HttpExchange = (request: WireRequest) => Promise<WireResponse>;

/** A request that got no whole answer. */
export class WireError extends Error {
  override readonly name = 'WireError';
  /** The system's or undici's code (`ECONNREFUSED`, `UND_ERR_SOCKET`), or ours: `deadline`, `too_large`, `guard_expired`, `aborted`, `body_changed`, `body_unreadable`, `proxy_unusable`, `proxy_login`, `proxy_refused`. */
  readonly code: string;
  /** `unsent`: surely no byte of it reached the service; else `ambiguous`. */
  readonly phase: 'unsent' | 'ambiguous';
  /** Headers of an answer whose body was cut: the request id may be in them. */
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
 * - `migration-step`: in the transaction that makes or changes the ledger's tables
 * - `work-claimed`: work that is paid for is claimed before all other runs, and not yet intended
 * - `group-commit`: a group of writes is gathered, none of them is durable
 * - `before-write`, `after-write`: around the bytes of a request that may have an effect
 * - `answer-read`, `poll-answered`: an answer is understood, what it says is not yet durable
 * - `token-saved`: a remote job's token is durable
 * - `transfer-noted`: how far an upload in parts is, is durable
 * - `draining`, `drained`: a stop was asked for; what was on its way has ended
 * - `checkpoint`: the ledger is about to be closed, and its write-ahead log folded into it
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
 * Does nothing in the shipped program; a test's hook kills the process, or never resolves. Not
 * waited for at `migration-step` and `after-write`, which lie in the middle of something.
 */
export type CrashHook = (point: CrashPoint) => void | Promise<void>;
