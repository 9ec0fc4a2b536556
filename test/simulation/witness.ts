import type { SentRequest, WireWatch } from '../support/simulated-network.ts';
import { LedgerEye, type LedgerSnapshot } from './ledger-snapshot.ts';
import { isOfApi, type Seen, thingsIn } from './seen.ts';
import { LEDGER_INVARIANTS, WIRE_INVARIANTS } from './step-invariants.ts';

/** Observes the network and the committed data of a simulation. It uses no code of the engine. */
export class Witness implements WireWatch {
  readonly seen: Seen;
  readonly violations = new Set<string>();
  /** Every `step/state` of an item that occurred, and every move between two of them. */
  readonly states = new Set<string>();
  readonly #trace: ((line: string) => void) | null;
  #eye: LedgerEye | null = null;

  constructor(
    seen: Omit<
      Seen,
      | 'before'
      | 'now'
      | 'sends'
      | 'claimsEnded'
      | 'pauses'
      | 'sinceRefusal'
      | 'consented'
      | 'bought'
      | 'isClockOff'
      | 'isDiskSlow'
      | 'isServiceClockOff'
      | 'isRedone'
    >,
    trace: ((line: string) => void) | null,
  ) {
    this.#trace = trace;
    this.seen = {
      ...seen,
      before: null,
      now: null,
      sends: new Map(),
      claimsEnded: new Map(),
      pauses: [],
      sinceRefusal: null,
      consented: null,
      bought: new Map(),
      isClockOff: false,
      isDiskSlow: false,
      isServiceClockOff: false,
      isRedone: false,
    };
  }

  /** A process has started to work on the ledger at the path. */
  beginLife(): void {
    this.seen.pauses = [];
    this.seen.sinceRefusal = null;
  }

  /** The current process uses this ledger. */
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
    this.#say(
      `← ${status === 0 ? 'cut off' : status} ${sent.request.method} ${sent.request.target}`,
    );
    if (isOfApi(sent) && (status === 401 || status === 403)) this.seen.sinceRefusal ??= 0;
    const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 425;
    if (!isRefused) return;
    for (const thing of thingsIn(sent)) {
      const last = this.seen.sends.get(thing);
      if (last?.at === sent.at) last.isOpen = false;
    }
  }

  throttled(sent: SentRequest, from: number, until: number): void {
    this.#say(`  pause of ${until - from} ms`);
    const { origin } = sent.request;
    if (isOfApi(sent)) this.seen.pauses.push({ origin, from, until });
  }

  /** Reads the ledger's latest commit. */
  look(): void {
    const now = this.#eye?.look() ?? null;
    if (now === null || now === this.seen.now) return;
    this.seen.before = this.seen.now;
    this.seen.now = now;
    this.#noteStates(now);
    this.#judge(LEDGER_INVARIANTS, null);
  }

  /** Records a violation that was found elsewhere. */
  accuse(invariant: string, words: string): void {
    this.violations.add(`${invariant}: ${words}`);
    this.#say(`!! ${invariant}: ${words}`);
  }

  /** Writes an event to the trace. */
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
      if (from?.state === RUNNING) this.seen.claimsEnded.set(seq, this.seen.emulator.clock.now());
      const place = from === undefined ? 'new' : `${NAMES[from.state]}`;
      this.states.add(
        `${place} → ${NAMES[state]}${from !== undefined && step > from.step ? ', next step' : ''}`,
      );
    }
  }

  #say(line: string, at = this.seen.emulator.clock.now()): void {
    this.#trace?.(`${new Date(at).toISOString().slice(11, 23)} ${line}`);
  }
}

/** The place of `running` in NAMES. */
const RUNNING = 1;
const NAMES = ['pending', 'running', 'waiting', 'in-doubt', 'done', 'skipped', 'failed'];
