import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';

/** A request that a browser, or somebody else, sends to the server of the page. */
export interface Sent {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** An answer of the server of the page. */
export interface Received {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** Sends requests to the server of the page, as a browser that has its cookie. */
export class PageClient {
  readonly origin: string;
  readonly address: string;
  cookie = '';
  /** The folder of the server to which the printed address leads, without the last `/`. */
  folder = '';

  constructor(address: string) {
    this.address = address;
    this.origin = new URL(address).origin;
  }

  /** Opens the printed address, as a person does, and keeps the cookie. */
  async open(): Promise<Received> {
    this.folder = '';
    const answer = await this.send(this.address.slice(this.origin.length));
    this.folder = answer.headers.location?.slice(0, -1) ?? '';
    this.cookie = String(answer.headers['set-cookie']?.[0]).split(';')[0] ?? '';
    return answer;
  }

  send(path: string, sent: Sent = {}): Promise<Received> {
    return new Promise((resolve, reject) => {
      const asked = this.request(path, sent, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (text += chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
        });
      });
      asked.on('error', reject);
    });
  }

  async json<Value>(path: string): Promise<Value> {
    const { status, text } = await this.send(path);
    if (status !== 200) throw new Error(`${status}: ${text}`);
    return JSON.parse(text) as Value;
  }

  /** A command of the page. */
  post(path: string, body: unknown, headers: OutgoingHttpHeaders = {}): Promise<Received> {
    const own = { origin: this.origin, 'content-type': 'application/json' };
    return this.send(path, {
      method: 'POST',
      headers: { ...own, ...headers },
      body: JSON.stringify(body),
    });
  }

  /** Follows an event stream. `next` waits for an event. */
  follow(path: string): EventClient {
    return new EventClient((listener) => this.request(path, {}, listener));
  }

  request(
    path: string,
    { method = 'GET', headers, body }: Sent,
    listener: (answer: IncomingMessage) => void,
  ) {
    const asked = request(
      `${this.origin}${this.folder}${path}`,
      { method, agent: false, headers: { cookie: this.cookie, ...headers } },
      listener,
    );
    asked.end(body);
    return asked;
  }
}

/** An event of a stream. */
export interface StreamEvent {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what its page contains.
  readonly data: any;
}

/** Reads an event stream. */
export class EventClient {
  readonly events: StreamEvent[] = [];
  isEnded = false;
  readonly #asked: ReturnType<PageClient['request']>;
  #wake: () => void = () => undefined;

  constructor(
    open: (listener: (answer: IncomingMessage) => void) => ReturnType<PageClient['request']>,
  ) {
    this.#asked = open((answer) => this.#read(answer));
    this.#asked.on('error', () => this.#end());
  }

  /** Waits until an event fits. Events before it are forgotten. */
  async next(fits: (event: StreamEvent) => boolean = () => true): Promise<StreamEvent> {
    for (;;) {
      const place = this.events.findIndex(fits);
      const found = this.events[place];
      if (found !== undefined) {
        this.events.splice(0, place + 1);
        return found;
      }
      if (this.isEnded) throw new Error('The stream has ended');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#asked.destroy();
  }

  #read(answer: IncomingMessage): void {
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (chunk: string) => {
      const parts = `${text}${chunk}`.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) this.#add(part);
      this.#wake();
    });
    answer.on('close', () => this.#end());
  }

  #add(part: string): void {
    const fields = part.split('\n').map((line) => line.split(/: ?(.*)/s));
    const data = fields.find(([name]) => name === 'data')?.[1];
    if (data === undefined) return;
    const name = fields.find(([field]) => field === 'event')?.[1] ?? 'message';
    this.events.push({ name, data: JSON.parse(data) });
  }

  #end(): void {
    this.isEnded = true;
    this.#wake();
  }
}
