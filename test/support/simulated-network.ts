import { WireError, type WireRequest, type WireResponse } from '../../src/core/world.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { between } from './seeded-random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What may go wrong with one request. */
export const NETWORK_FAULTS = [
  'throttled',
  'error-before-effect',
  'error-after-effect',
  'reset-before-effect',
  'reset-after-effect',
  'truncated',
  'html',
  'refused',
  'no-answer',
  'late-effect',
] as const;
export type NetworkFault = (typeof NETWORK_FAULTS)[number];

/** A mutation as it arrived at the service. */
export interface Arrival {
  readonly at: number;
  readonly method: string;
  readonly target: string;
  readonly uuids: readonly string[];
}

export interface NetworkOptions {
  readonly clock: VirtualClock;
  readonly emulator: Emulator;
  readonly random: () => number;
  /** What goes wrong with the next request, or nothing. */
  readonly nextFault: () => NetworkFault | null;
  /** Looks at each mutation at the moment it arrives. */
  readonly onMutation: (arrival: Arrival) => void;
  /** Looks at each request at the moment it is written. */
  readonly onWrite: (at: number) => void;
  readonly onThrottled: (from: number, until: number) => void;
}

/** How late an effect may come after its request was given up, ms. */
export const MAX_EFFECT_LAG_MS = 4000;

/** The wire of the simulation: latency, faults, and the emulator at its end. */
export class SimulatedNetwork {
  readonly #options: NetworkOptions;
  readonly #bytes = new WeakMap<WireRequest, Buffer>();
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
    const { clock, random } = this.#options;
    const fault = this.#options.nextFault();
    const bytes = await bytesOf(request);
    if (bytes !== null) this.#bytes.set(request, bytes);
    return new Promise((resolve, reject) => {
      const abort = () => reject(ambiguous('aborted'));
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
        this.#options.onWrite(clock.now());
        this.#serve(request, fault, { resolve, reject, isAlive });
      });
    });
  }

  #serve(
    request: WireRequest,
    fault: NetworkFault | null,
    end: {
      resolve: (answer: WireResponse) => void;
      reject: (error: WireError) => void;
      isAlive: () => boolean;
    },
  ): void {
    const { clock, random } = this.#options;
    const later = (act: () => void) => clock.after(between(random, 5, 120), act);
    switch (fault) {
      case 'throttled': {
        const seconds = between(random, 1, 4);
        later(() => {
          if (end.isAlive()) this.#options.onThrottled(clock.now(), clock.now() + seconds * 1000);
          end.resolve(
            plain(
              429,
              '{"detail":"Request was throttled."}',
              { 'retry-after': `${seconds}` },
              clock,
            ),
          );
        });
        break;
      }
      case 'error-before-effect':
        later(() => end.resolve(plain(503, 'busy', {}, clock)));
        break;
      case 'error-after-effect':
        this.#arrive(request);
        later(() => end.resolve(plain(502, '<html>bad gateway</html>', {}, clock)));
        break;
      case 'reset-before-effect':
        later(() => end.reject(ambiguous('ECONNRESET')));
        break;
      case 'reset-after-effect':
        this.#arrive(request);
        later(() => end.reject(ambiguous('UND_ERR_SOCKET')));
        break;
      case 'truncated': {
        const answer = this.#arrive(request);
        const body = answer.body.slice(0, Math.floor(answer.body.length / 2));
        later(() => end.resolve({ ...answer, body }));
        break;
      }
      case 'html':
        this.#arrive(request);
        later(() => end.resolve(plain(200, '<html>hello</html>', {}, clock)));
        break;
      case 'no-answer':
        this.#arrive(request);
        break;
      case 'late-effect':
        clock.after(between(random, 100, MAX_EFFECT_LAG_MS), () => this.#arrive(request));
        later(() => end.reject(ambiguous('ECONNRESET')));
        break;
      case 'refused':
      case null:
        later(() => {
          const answer = this.#arrive(request);
          later(() => {
            if (answer.status === 429 && end.isAlive()) {
              const until = clock.now() + Number(answer.headers['retry-after'] ?? 0) * 1000;
              this.#options.onThrottled(clock.now(), until);
            }
            end.resolve(answer);
          });
        });
    }
  }

  #arrive(request: WireRequest): WireResponse {
    const { clock, emulator } = this.#options;
    if (request.method !== 'GET') {
      this.#options.onMutation({
        at: clock.now(),
        method: request.method,
        target: request.target,
        uuids: uuidsIn(request.body),
      });
    }
    const { status, headers, body } = emulator.handle({
      method: request.method,
      target: request.target,
      headers: { host: new URL(request.origin).host, ...lowerCase(request.headers) },
      body: this.#bytes.get(request) ?? request.body ?? '',
    });
    return { status, headers, body: body.toString() };
  }
}

async function bytesOf(request: WireRequest): Promise<Buffer | null> {
  if (request.bytes === undefined) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of request.bytes.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The files that a JSON body names; forms name none. */
function uuidsIn(body: string | null): string[] {
  const parsed: unknown = JSON.parse(body ?? '[]');
  if (Array.isArray(parsed)) return parsed.map(String);
  return [String((parsed as { source?: string }).source)];
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function plain(
  status: number,
  body: string,
  headers: Record<string, string>,
  clock: VirtualClock,
): WireResponse {
  return { status, body, headers: { date: new Date(clock.now()).toUTCString(), ...headers } };
}

function unsent(code: string): WireError {
  return new WireError({ code, phase: 'unsent', message: code });
}

function ambiguous(code: string): WireError {
  return new WireError({ code, phase: 'ambiguous', message: code });
}
