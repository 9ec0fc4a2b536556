import type { Ledger } from '../ledger/ledger.ts';

/** Counts the requests of this process. As soon as the run has a ledger, the counts are saved there. */
export class Traffic {
  requests = 0;
  throttled = 0;
  #ledger: Ledger | null = null;

  /** Adds the counts so far to the ledger, and later ones as requests are sent. */
  saveTo(ledger: Ledger): void {
    this.#ledger = ledger;
    ledger.countTraffic({ requests: this.requests, throttled: this.throttled });
  }

  /** Adds 1 for a request that is about to be sent, or -1 if it was not sent after all. */
  countRequest(change: 1 | -1): void {
    this.requests += change;
    this.#ledger?.countTraffic({ requests: change, throttled: 0 });
  }

  /** Counts one answer with status 429. */
  countThrottled(): void {
    this.throttled += 1;
    this.#ledger?.countTraffic({ requests: 0, throttled: 1 });
  }
}
