import type { WebhookDelivery } from './webhook-event.ts';

// Older deliveries are dropped. A test with a million files must not keep a million bodies in memory.
const KEPT_DELIVERIES = 10_000;

/**
 * The deliveries of all projects, in order. `startSending` takes them from here and sends them. Tests read
 * them.
 */
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

  /** The last 10,000 deliveries, oldest first. Includes those that were already sent. */
  list(): readonly Readonly<WebhookDelivery>[] {
    return this.#deliveries;
  }

  /** Returns the deliveries that nobody has tried to send yet, and removes them from the waiting ones. */
  take(): readonly WebhookDelivery[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  /** Sets the function to call after each new delivery. It replaces the function that was set before. */
  listen(listener: (() => void) | undefined): void {
    this.#listener = listener;
  }
}
