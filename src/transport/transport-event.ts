/** What users want to see of the transport: a part of the run's events. */
export type TransportEvent =
  | { readonly kind: 'throttled'; readonly retryAfterMs: number; readonly rate: number }
  | { readonly kind: 'rate-changed'; readonly rate: number }
  | { readonly kind: 'clock-skewed'; readonly offsetMs: number };

/** Takes events; must not throw. */
export type TransportListener = (event: TransportEvent) => void;
