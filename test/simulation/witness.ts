import type { Emulator } from '../../src/emulator/emulator.ts';
import type { SentRequest, WireWatch } from '../support/simulated-network.ts';
import { LEDGER_INVARIANTS, WIRE_INVARIANTS } from './step-invariants.ts';
import { LedgerEye, type LedgerSnapshot } from './ledger-snapshot.ts';
import type { Scenario } from './scenarios.ts';

/** What is known of the last request that a thing (a file, a tag) was sent with. */
export interface LastSend {
  readonly at: number;
  /** False once the service said that it did nothing. */
  isOpen: boolean;
}

/** Everything that was seen of a schedule so far; invariants look at nothing else. */
export interface Seen {
  readonly scenario: Scenario;
  readonly emulator: Emulator;
  /** The keys that the job must select. */
  readonly keys: ReadonlySet<string>;
  /** How long after a send its effect may still come, ms. */
  readonly settleMs: number;
  readonly concurrency: number;
  readonly secret: string;
  /** The two latest commits of the ledger; null before there was one. */
  before: LedgerSnapshot | null;
  now: LedgerSnapshot | null;
  /** By file or tag: the latest request that may make something of it. */
  readonly sends: Map<string, LastSend>;
  /** Until when each origin asked for quiet; a new process does not know of it. */
  pauses: { origin: string; from: number; until: number }[];
  /** Requests of this life since the keys were first refused; null while they are good. */
  sinceRefusal: number | null;
  /** True once our clock was off: then times in the ledger are only roughly the service's. */
  isClockOff: boolean;
  /** True once a person took it upon himself that something happens twice. */
  isRedone: boolean;
}

/** Looks at a simulation as it goes: at the wire, and at what is durable. Knows nothing of the engine. */
export class Witness implements WireWatch {
  readonly seen: Seen;
  readonly violations = new Set<string>();
  /** `step/state` of items, and moves between them, that occurred. */
  readonly states = new Set<string>();
  readonly #trace: ((line: string) => void) | null;
  #eye: LedgerEye | null = null;

  constructor(
    seen: Omit<Seen, 'before' | 'now' | 'sends' | 'pauses' | 'sinceRefusal' | 'isClockOff' | 'isRedone'>,
    trace: ((line: string) => void) | null,
  ) {
    this.#trace = trace;
    this.seen = {
      ...seen,
      before: null,
      now: null,
      sends: new Map(),
      pauses: [],
      sinceRefusal: null,
      isClockOff: false,
      isRedone: false,
    };
  }

  /** A process has begun to work on the ledger at the path. */
  beginLife(): void {
    this.seen.pauses = [];
    this.seen.sinceRefusal = null;
  }

  /** The life works on this ledger. */
  follow(path: string): void {
    this.#eye ??= LedgerEye.open(path);
    this.look();
  }

  endLife(): void {
    this.look();
    this.#eye?.close();
    this.#eye = null;
  }

  written(sent: SentRequest): void {
    this.look();
    this.#say(`→ ${sent.request.method} ${sent.request.target}`, sent.at);
    this.#judge(WIRE_INVARIANTS, sent);
    if (this.seen.sinceRefusal !== null) this.seen.sinceRefusal += 1;
    for (const thing of thingsIn(sent)) {
      this.seen.sends.set(thing, { at: sent.at, isOpen: true });
    }
  }

  answered(sent: SentRequest, status: number): void {
    this.#say(`← ${status === 0 ? 'cut off' : status} ${sent.request.method} ${sent.request.target}`);
    if (status === 401 || status === 403) this.seen.sinceRefusal ??= 0;
    const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 425;
    if (!isRefused) return;
    for (const thing of thingsIn(sent)) {
      const last = this.seen.sends.get(thing);
      if (last?.at === sent.at) last.isOpen = false;
    }
  }

  throttled({ request }: SentRequest, from: number, until: number): void {
    this.#say(`  pause of ${until - from} ms`);
    this.seen.pauses.push({ origin: request.origin, from, until });
  }

  /** Looks at the ledger's latest commit. */
  look(): void {
    const now = this.#eye?.look() ?? null;
    if (now === null || now === this.seen.now) return;
    this.seen.before = this.seen.now;
    this.seen.now = now;
    this.#noteStates(now);
    this.#judge(LEDGER_INVARIANTS, null);
  }

  /** Notes a violation that was found elsewhere. */
  accuse(invariant: string, words: string): void {
    this.violations.add(`${invariant}: ${words}`);
    this.#say(`!! ${invariant}: ${words}`);
  }

  /** Tells the reader of a trace what happens. */
  tell(line: string): void {
    this.#say(line);
  }

  #judge<Look>(
    invariants: readonly ((seen: Seen, look: Look) => string | null)[],
    look: Look,
  ): void {
    for (const invariant of invariants) {
      const words = invariant(this.seen, look);
      if (words !== null) this.accuse(invariant.name, words);
    }
  }

  #noteStates({ items }: LedgerSnapshot): void {
    const earlier = new Map(this.seen.before?.items.map((item) => [item.seq, item]));
    for (const { seq, step, state } of items) {
      const from = earlier.get(seq);
      if (from?.state === state && from.step === step) continue;
      const place = from === undefined ? 'new' : `${NAMES[from.state]}`;
      this.states.add(`${place} → ${NAMES[state]}${from !== undefined && step > from.step ? ', next step' : ''}`);
    }
  }

  #say(line: string, at = this.seen.emulator.clock.now()): void {
    this.#trace?.(`${new Date(at).toISOString().slice(11, 23)} ${line}`);
  }
}

const NAMES = ['pending', 'running', 'waiting', 'in-doubt', 'done', 'skipped', 'failed'];
const TAG = /[a-z0-9-]+\.[\w-]+\.[0-9a-f]{16}/g;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const SEARCH = '/files/search/';

/** True where a request may change something. */
export function mutates({ request }: SentRequest): boolean {
  return request.method !== 'GET' && !request.target.startsWith(SEARCH);
}

/** The files a request names. */
export function filesIn({ request, text }: SentRequest): string[] {
  return `${request.target} ${text}`.match(UUID) ?? [];
}

/** What a request may make something of, again at each repeat: its tag, else the files it names. */
export function thingsIn(sent: SentRequest): string[] {
  if (!mutates(sent)) return [];
  const { request, text } = sent;
  const kind = request.target.replace(UUID, '').replace(/\?.*/, '');
  const tags = `${request.target} ${text}`.match(TAG);
  return (tags ?? filesIn(sent)).map((thing) => `${kind} ${thing}`);
}
