import { WireError, type WireRequest, type WireResponse } from '../../src/core/world.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { between } from './seeded-random.ts';
import type { VirtualClock } from './virtual-clock.ts';
import {
  ANSWERS_OF_MAKERS,
  CUTS,
  DATES,
  DISTORTED,
  entryOf,
  FALSE_ANSWERS,
  type NetworkFault,
  THROTTLINGS,
} from './wire-faults.ts';

const SHORT_PAUSE_MS = 2000; // a shorter pause holds back only the refused request

export type { NetworkFault };

/** A request that was written to the wire. */
export interface SentRequest {
  readonly request: WireRequest;
  /** All of its body as text. */
  readonly text: string;
  /** When it was written, the service's time in ms. */
  readonly at: number;
}

/** Looks at the wire from the service's side; every time is the service's, ms. */
export interface WireWatch {
  /** A request was written to the wire. */
  written?(sent: SentRequest): void;
  /** A request reached the service, before it has any effect. */
  arriving?(sent: SentRequest): void;
  /** An answer was heard; of a request that was cut off, the status is 0. */
  answered?(sent: SentRequest, status: number): void;
  /** The service asked for a pause. */
  throttled?(sent: SentRequest, from: number, until: number): void;
}

export interface NetworkOptions {
  readonly clock: VirtualClock;
  readonly emulator: Emulator;
  readonly random: () => number;
  /** What goes wrong with the next request, or nothing. */
  readonly nextFault: (request: WireRequest) => NetworkFault | null;
  readonly watch?: WireWatch;
}

/** How late an effect may come after its request was given up, ms. */
export const MAX_EFFECT_LAG_MS = 4000;

interface Exchange {
  readonly sent: SentRequest;
  readonly bytes: Buffer | null;
  readonly resolve: (answer: WireResponse) => void;
  readonly reject: (error: WireError) => void;
  readonly isAlive: () => boolean;
}

/** The wire of the simulation: latency, faults, and the emulator at its end. */
export class SimulatedNetwork {
  readonly #options: NetworkOptions;
  /** The latest answer of each route that says what was made. */
  readonly #made = new Map<string, WireResponse>();
  /** Requests that were written, of all lives of the process. */
  written = 0;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /**
   * Sends one request; rejects with `WireError` as the real exchange does. What a process that
   * died meanwhile had not written is never written, and what was answered is not heard.
   */
  async exchange(request: WireRequest, isAlive: () => boolean): Promise<WireResponse> {
    const { clock, random, watch } = this.#options;
    const fault = this.#options.nextFault(request);
    const bytes = await bytesOf(request);
    const text = bytes?.toString('latin1') ?? request.body ?? '';
    let abort = (): void => undefined;
    const answered = new Promise<WireResponse>((resolve, reject) => {
      if (request.signal.aborted) return reject(unsent('aborted'));
      abort = () => reject(ambiguous('aborted'));
      request.signal.addEventListener('abort', abort, { once: true });
      clock.after(request.deadlineMs, () => reject(ambiguous('deadline')));
      if (fault === 'refused') {
        clock.after(between(random, 1, 20), () => reject(unsent('ECONNREFUSED')));
        return;
      }
      clock.after(between(random, 1, 40), () => {
        if (request.signal.aborted || !isAlive()) return;
        if (!request.mayStart()) return reject(unsent('guard_expired'));
        this.written += 1;
        const sent = { request, text, at: clock.now() };
        watch?.written?.(sent);
        this.#serve(fault, { sent, bytes, resolve, reject, isAlive });
      });
    });
    // Signals outlive requests: listeners that stayed would make each request dearer than the last.
    return answered.finally(() => request.signal.removeEventListener('abort', abort));
  }

  #serve(fault: NetworkFault | null, end: Exchange): void {
    const throttling = entryOf(THROTTLINGS, fault);
    // Only add-ons speak of concurrent calls.
    const isOutOfPlace = fault === 'conflict' && !end.sent.request.target.startsWith('/addons/');
    const answer = isOutOfPlace ? undefined : entryOf(FALSE_ANSWERS, fault);
    const cut = entryOf(CUTS, fault);
    if (throttling !== undefined) this.#throttle(throttling, end);
    else if (answer !== undefined) this.#answerFalsely(answer, end);
    else if (cut !== undefined) this.#cut(cut, end);
    else this.#answerTruly(fault, end);
  }

  #answerFalsely(answer: (typeof FALSE_ANSWERS)[keyof typeof FALSE_ANSWERS], end: Exchange): void {
    const truth = answer.effect ? this.#arrive(end) : null;
    // What the service refused had no effect that a false answer could hide.
    const isRefused = truth !== null && truth.status >= 400;
    const headers = 'headers' in answer ? answer.headers : {};
    const given = plain(answer.status, answer.body, headers, this.#options.clock);
    this.#answerLater(end, isRefused ? truth : given);
  }

  #answerTruly(fault: NetworkFault | null, end: Exchange): void {
    const delay = fault === 'slow' ? end.sent.request.deadlineMs * 0.8 : 0;
    this.#later(() => {
      const own = this.#dated(fault, this.#arrive(end, entryOf(DISTORTED, fault)));
      const whole = this.#ownOrEarlier(fault, own, end);
      const body = whole.body.slice(0, Math.floor(whole.body.length / 2));
      this.#answerLater(
        end,
        fault === 'truncated' ? { ...whole, body, bytes: Buffer.from(body) } : whole,
        delay,
      );
    });
  }

  /** What was done stays done: only its answer is that of an earlier request. */
  #ownOrEarlier(fault: NetworkFault | null, own: WireResponse, { sent }: Exchange): WireResponse {
    const [route = ''] = sent.request.target.split('?');
    const isOfMaker = ANSWERS_OF_MAKERS.test(route) && own.status < 300;
    const earlier = this.#made.get(route);
    if (isOfMaker && fault === 'answer-of-another' && earlier !== undefined) return earlier;
    if (isOfMaker) this.#made.set(route, own);
    return own;
  }

  #dated(fault: NetworkFault | null, answer: WireResponse): WireResponse {
    const dateAt = entryOf(DATES, fault);
    if (dateAt === undefined) return answer;
    const { date: _, ...headers } = answer.headers;
    const date = dateAt(this.#options.clock.now());
    return { ...answer, headers: date === null ? headers : { ...headers, date } };
  }

  #throttle(
    { header, pauseMs }: (typeof THROTTLINGS)[keyof typeof THROTTLINGS],
    end: Exchange,
  ): void {
    const { clock, watch } = this.#options;
    this.#later(() => {
      const now = clock.now();
      const asked = header(now);
      // The pause counts from the moment the answer is heard, and a date names whole seconds.
      if (end.isAlive()) watch?.throttled?.(end.sent, now, now + pauseMs - 1000);
      const headers = asked === null ? {} : { 'retry-after': asked };
      this.#answer(end, plain(429, '{"detail":"Request was throttled."}', headers, clock));
    });
  }

  #cut(cut: (typeof CUTS)[keyof typeof CUTS], end: Exchange): void {
    const { clock, random } = this.#options;
    const { request } = end.sent;
    const atDeadline = 'atDeadline' in cut;
    let headers: WireResponse['headers'] = {};
    if (cut.effect === 'now') headers = this.#arrive(end).headers;
    if (cut.effect === 'late') {
      clock.after(between(random, 100, MAX_EFFECT_LAG_MS), () => this.#arrive(end));
    }
    const error = ambiguous(cut.code, cut.headers ? headers : {});
    const fail = () => {
      if (end.isAlive()) this.#options.watch?.answered?.(end.sent, 0);
      end.reject(error);
    };
    // The deadline's own timer was set before: this one says the same with the headers.
    if (atDeadline) clock.after(request.deadlineMs - 100, fail);
    else this.#later(fail);
  }

  #answerLater(end: Exchange, answer: WireResponse, delayMs = 0): void {
    this.#later(() => this.#answer(end, answer), delayMs);
  }

  #answer(end: Exchange, answer: WireResponse): void {
    const { clock, watch } = this.#options;
    const now = clock.now();
    const status = statusIn(answer);
    const asked = Number(answer.headers['retry-after'] ?? 0) * 1000;
    if (status === 429 && asked > SHORT_PAUSE_MS && asked < 1e6 && end.isAlive()) {
      watch?.throttled?.(end.sent, now, now + asked - 1000);
    }
    if (end.isAlive()) watch?.answered?.(end.sent, status);
    end.resolve(answer);
  }

  #later(act: () => void, delayMs = 0): void {
    const { clock, random } = this.#options;
    clock.after(delayMs + between(random, 5, 120), act);
  }

  #arrive(
    { sent, bytes }: Exchange,
    what?: (typeof DISTORTED)[keyof typeof DISTORTED],
  ): WireResponse {
    const { emulator, watch } = this.#options;
    const { request } = sent;
    watch?.arriving?.(sent);
    const isBatch = /^\/files\/storage\//.test(request.target);
    const isOmission = what === 'missing' || what === 'foreign';
    const rule =
      what === undefined || (isOmission && !isBatch)
        ? null
        : emulator.faults.add({ fault: { kind: 'distort', what }, times: 1 });
    const { status, headers, body } = emulator.handle({
      method: request.method,
      target: request.target,
      headers: { host: new URL(request.origin).host, ...lowerCase(request.headers) },
      body: bytes ?? request.body ?? '',
    });
    if (rule !== null) emulator.faults.remove(rule);
    return { status, headers, body: body.toString(), bytes: Buffer.from(body) };
  }
}

/** The status that counts: the Upload API's errors are in the body of a 200. */
function statusIn({ status, body }: WireResponse): number {
  const inside = /^\{"error":\{.*"status_code":(\d+)/.exec(body)?.[1];
  return inside === undefined ? status : Number(inside);
}

async function bytesOf(request: WireRequest): Promise<Buffer | null> {
  if (request.bytes === undefined) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of request.bytes.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function plain(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
  clock: VirtualClock,
): WireResponse {
  return { status, body, headers: { date: new Date(clock.now()).toUTCString(), ...headers } };
}

function unsent(code: string): WireError {
  return new WireError({ code, phase: 'unsent', message: code });
}

function ambiguous(code: string, headers: Readonly<Record<string, string>> = {}): WireError {
  return new WireError({ code, phase: 'ambiguous', message: code, headers });
}
