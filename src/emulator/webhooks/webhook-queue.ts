import type { WebhookDelivery } from './webhook-event.ts';

// Maximum number of deliveries to keep; older ones are dropped. A test with a million files must not keep a
// million bodies in memory.
const KEPT_DELIVERIES = 10_000;

/**
 * The deliveries of all projects, in order. `startSending` takes deliveries from this queue and sends them.
 * Tests read the queue.
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

  /**
   * Returns the deliveries that are waiting to be sent, and removes them from the waiting ones. The caller
   * must send them.
   */
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
