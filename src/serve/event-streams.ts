import type { ServerResponse } from 'node:http';
import type { RunId } from '../core/run.ts';
import type { Clock } from '../core/world.ts';
import type { Answer, Backend, Seen } from './backend.ts';

/** Interval at which the server looks for changes, ms. */
const LOOK_EVERY_MS = 1000;
/** A comment is sent this often, so that the server notices a browser that has gone, ms. */
const COMMENT_EVERY_MS = 15_000;
/** Time after which a browser connects again, ms. */
const RETRY_MS = 3000;
/**
 * Browsers open at most six connections to a server, for all tabs together. One more stream ends the oldest one,
 * whose tab then connects again, so that requests never wait for a connection.
 */
const MAX_STREAMS = 5;
/** A stream whose browser has not read this much is ended, bytes. */
const MAX_UNREAD_BYTES = 4_000_000;

interface Stream {
  readonly response: ServerResponse;
  readonly run: RunId | null;
  /** False until it has its first page. */
  isReady: boolean;
}

interface Followed {
  seen: Seen | null;
  /** The problem that was sent last; null if there is none. */
  problem: string | null;
}

/** Sends pages to browsers as events, whenever they change. */
export class EventStreams {
  readonly #backend: Backend;
  readonly #clock: Clock;
  readonly #streams = new Set<Stream>();
  readonly #followed = new Map<RunId | null, Followed>();
  readonly #firsts = new Map<
    RunId | null,
    { readonly at: number; readonly answer: Promise<Answer> }
  >();
  readonly #end = new AbortController();
  #lastComment = 0;

  constructor(backend: Backend, clock: Clock) {
    this.#backend = backend;
    this.#clock = clock;
    void this.#follow();
  }

  /** Opens a stream of a page: of a run, or of the list of runs (null). */
  open(response: ServerResponse, run: RunId | null): void {
    const stream: Stream = { response, run, isReady: false };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`retry: ${RETRY_MS}\n\n`);
    response.on('error', () => undefined);
    response.on('close', () => this.#streams.delete(stream));
    this.#streams.add(stream);
    while (this.#streams.size > MAX_STREAMS) this.#endOldest();
    void this.#sendFirst(stream);
  }

  /** Ends all streams. */
  close(): void {
    this.#end.abort();
    while (this.#streams.size > 0) this.#endOldest();
  }

  #endOldest(): void {
    const [oldest] = this.#streams;
    if (oldest === undefined) return;
    this.#streams.delete(oldest);
    oldest.response.end();
  }

  /** Sends the whole page. Several tabs that open at the same time share one answer. */
  async #sendFirst(stream: Stream): Promise<void> {
    const { run } = stream;
    const now = this.#clock.monotonic();
    const known = this.#firsts.get(run);
    const isFresh = known !== undefined && now - known.at < LOOK_EVERY_MS;
    const answer = isFresh
      ? known.answer
      : this.#backend.answer({ ask: 'changes', run, seen: null });
    if (!isFresh) this.#firsts.set(run, { at: now, answer });
    const first = await answer;
    send(stream, first);
    stream.isReady = true;
    // A page that was read a moment ago may lack a sample that the other streams of the run have already.
    this.#followed.set(run, {
      seen: older(this.#followed.get(run)?.seen, first.ok ? (first.seen ?? null) : null),
      problem: first.ok ? null : first.error,
    });
  }

  async #follow(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      await this.#clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      const runs = new Set([...this.#streams].map(({ run }) => run));
      for (const known of [this.#followed, this.#firsts]) keepOnly(known, runs);
      await Promise.all([...runs].map((run) => this.#look(run)));
      this.#comment();
    }
  }

  async #look(run: RunId | null): Promise<void> {
    const followed = this.#followed.get(run);
    if (followed === undefined) return;
    const answer = await this.#backend.answer({ ask: 'changes', run, seen: followed.seen });
    const problem = answer.ok ? null : answer.error;
    const isNew = answer.ok ? answer.text !== '' : problem !== followed.problem;
    followed.problem = problem;
    // After a problem, the next page that can be read is sent as a whole.
    followed.seen = answer.ok ? (answer.seen ?? null) : null;
    if (!isNew) return;
    for (const stream of this.#streams) {
      if (stream.run === run && stream.isReady) send(stream, answer);
    }
  }

  #comment(): void {
    const now = this.#clock.monotonic();
    if (now - this.#lastComment < COMMENT_EVERY_MS) return;
    this.#lastComment = now;
    for (const { response } of this.#streams) response.write(':\n\n');
  }
}

function keepOnly<Key>(map: Map<Key, unknown>, keys: ReadonlySet<Key>): void {
  for (const key of map.keys()) if (!keys.has(key)) map.delete(key);
}

/** The version that both pages contain. */
function older(one: Seen | null | undefined, other: Seen | null): Seen | null {
  if (one == null || other === null) return other;
  return one.sampleAt < other.sampleAt ? one : other;
}

/** Sends an answer as an event. JSON has no line breaks, so it is one line. */
function send({ response }: Stream, answer: Answer): void {
  if (response.writableLength > MAX_UNREAD_BYTES) {
    response.destroy();
    return;
  }
  response.write(
    answer.ok
      ? `data: ${answer.text}\n\n`
      : `event: problem\ndata: ${JSON.stringify({ error: answer.error })}\n\n`,
  );
}
