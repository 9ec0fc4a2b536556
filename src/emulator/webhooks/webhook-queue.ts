import type { WebhookDelivery } from './webhook-event.ts';

// A test reads the last ones; a run over a million files must not keep a million bodies.
const KEPT_DELIVERIES = 10_000;

/** Deliveries of all projects in order: the HTTP side takes them from here, a test looks at them. */
export class WebhookQueue {
  readonly #deliveries: WebhookDelivery[] = [];
  #waiting: WebhookDelivery[] = [];
  #listener: (() => void) | undefined;

  push(delivery: WebhookDelivery): void {
    this.#deliveries.push(delivery);
    this.#waiting.push(delivery);
    if (this.#deliveries.length > KEPT_DELIVERIES) this.#deliveries.shift();
    if (this.#waiting.length > KEPT_DELIVERIES) this.#waiting.shift();
    this.#listener?.();
  }

  /** The last 10,000 deliveries, oldest first. */
  list(): readonly Readonly<WebhookDelivery>[] {
    return this.#deliveries;
  }

  /** Gives out those nobody has tried to send yet. */
  take(): readonly WebhookDelivery[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  /** Has somebody told of each new delivery; the last one asked for it holds. */
  listen(listener: (() => void) | undefined): void {
    this.#listener = listener;
  }
}
