import type { WebhookDelivery } from './webhook-event.ts';

// A run over a million files must not keep a million bodies.
const KEPT_DELIVERIES = 10_000;

/** The deliveries of all projects, in order. The sender takes them from here; tests read them. */
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

  /** Returns the deliveries that nobody has tried to send yet. */
  take(): readonly WebhookDelivery[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  /** Sets the function that is called after each new delivery; replaces the previous one. */
  listen(listener: (() => void) | undefined): void {
    this.#listener = listener;
  }
}
