import type { WebhookDelivery } from './webhook-event.ts';

// A test reads the last ones; a run over a million files must not keep a million bodies.
const KEPT_DELIVERIES = 10_000;

/** Deliveries of all projects in order: the HTTP side takes them from here, a test looks at them. */
export class WebhookQueue {
  readonly #deliveries: WebhookDelivery[] = [];
  #listener: (() => void) | undefined;

  push(delivery: WebhookDelivery): void {
    this.#deliveries.push(delivery);
    if (this.#deliveries.length > KEPT_DELIVERIES) this.#deliveries.shift();
    this.#listener?.();
  }

  /** The last 10,000 deliveries, oldest first. */
  list(): readonly Readonly<WebhookDelivery>[] {
    return this.#deliveries;
  }

  /** Those nobody has tried to send yet. */
  waiting(): WebhookDelivery[] {
    return this.#deliveries.filter(({ state }) => state === 'waiting');
  }

  /** Has somebody told of each new delivery; the last one asked for it holds. */
  listen(listener: (() => void) | undefined): void {
    this.#listener = listener;
  }
}
