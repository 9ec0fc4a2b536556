import type { Dispatcher } from 'undici';
import { errorMessage } from '../core/error-message.ts';
import { WireError, type WireRequest, type WireResponse } from '../core/world.ts';
import { networkCode } from './network-code.ts';
import { bodyStream } from './request-body.ts';

type Headers = Readonly<Record<string, string>>;
type Controller = Dispatcher.DispatchController;

/** Sends a request and returns its whole answer. If this fails, always rejects with a `WireError`. */
export function runExchange(dispatcher: Dispatcher, request: WireRequest): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    new Exchange(request, { resolve, reject }).start(dispatcher);
  });
}

interface Settle {
  resolve(response: WireResponse): void;
  reject(error: WireError): void;
}

/** A complete answer. It decodes its body only if somebody reads it. */
class Answer implements WireResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;

  constructor(status: number, headers: Headers, bytes: Buffer) {
    this.status = status;
    this.headers = headers;
    this.bytes = bytes;
  }

  get body(): string {
    return this.bytes.toString('utf8');
  }
}

/**
 * One request and its answer. undici calls the methods of this class. While the request waits for a
 * connection, `#isWritten` is false, and a failure has the phase `unsent`. After the first byte may have been
 * written, a failure is `ambiguous`: the service may have received the request. The first result ends the
 * exchange; later results are ignored.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: WireRequest;
  readonly #settle: Settle;
  readonly #deadline: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #controller: Controller | null = null;
  #isWritten = false;
  #isEnded = false;
  #status = 0;
  #headers: Headers = {};
  #bytes = 0;

  constructor(request: WireRequest, settle: Settle) {
    this.#request = request;
    this.#settle = settle;
    const { deadlineMs } = request;
    const onDeadline = () => this.#fail('deadline', `not done within ${deadlineMs} ms`);
    this.#deadline = setTimeout(onDeadline, deadlineMs);
    request.signal.addEventListener('abort', this.#onAbort);
  }

  start(dispatcher: Dispatcher): void {
    const { origin, method, target, signal, bytes } = this.#request;
    if (signal.aborted) this.#onAbort();
    if (this.#isEnded) return;
    const headers: Record<string, string> = { ...this.#request.headers };
    if (bytes !== undefined) headers['content-length'] = String(bytes.size);
    const body = bytes === undefined ? this.#request.body : bodyStream(bytes);
    try {
      // Without `reset: false`, undici closes the connection after each DELETE with a body. The service reads the
      // body of such a request, so the connection can be used again.
      dispatcher.dispatch({ origin, method, path: target, headers, body, reset: false }, this);
    } catch (error) {
      this.onResponseError(null, error);
    }
  }

  /**
   * undici calls this method just before it writes to the connection. If this method aborts the request,
   * undici writes nothing. This is the last moment at which the request was certainly not sent
   * (docs/guarantees.md W6).
   */
  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#isWritten) this.#fail('sent_twice', 'the connection was lost and restored');
    else if (!this.#isEnded && !this.#request.mayStart()) {
      this.#fail('guard_expired', 'too much time passed before the write');
    }
    if (this.#isEnded) controller.abort(new Error('Not to be written'));
    else this.#isWritten = true;
  }

  onResponseStart(_: Controller, status: number, headers: Record<string, unknown>): void {
    this.#status = status;
    this.#headers = joinValues(headers);
  }

  onResponseData(_: Controller, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#request.maxBytes) this.#chunks.push(chunk);
    else this.#fail('too_large', `more than ${this.#request.maxBytes} bytes`);
  }

  onResponseEnd(): void {
    if (!this.#end()) return;
    const bytes = Buffer.concat(this.#chunks, this.#bytes);
    this.#settle.resolve(new Answer(this.#status, this.#headers, bytes));
  }

  onResponseError(_: Controller | null, error: unknown): void {
    this.#fail(networkCode(error), errorMessage(error), error);
  }

  readonly #onAbort = () => this.#fail('aborted', 'stopped by its signal');

  #fail(code: string, message: string, cause?: unknown): void {
    if (!this.#end()) return;
    const phase = this.#isWritten ? 'ambiguous' : 'unsent';
    const headers = this.#headers;
    const status = this.#status === 0 ? null : this.#status;
    this.#settle.reject(new WireError({ code, phase, message, status, headers, cause }));
    this.#controller?.abort(new Error(message));
  }

  /** Ends the exchange. Returns false if it had already ended. */
  #end(): boolean {
    if (this.#isEnded) return false;
    this.#isEnded = true;
    clearTimeout(this.#deadline);
    this.#request.signal.removeEventListener('abort', this.#onAbort);
    return true;
  }
}

function joinValues(headers: Record<string, unknown>): Headers {
  const joined: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    joined[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return joined;
}
