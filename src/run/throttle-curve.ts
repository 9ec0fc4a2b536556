import type { RunSample } from '../core/run-sample.ts';

/** The requests of a run in a part of its time. */
export interface ThrottlePoint {
  /** When the part ended, ms since 1970. */
  readonly at: number;
  readonly requests: number;
  /** Number of requests that the service answered with 429 (too many requests). */
  readonly throttled: number;
}

const MAX_POINTS = 30;

/**
 * Divides a run into at most 30 parts with the same number of samples each, and counts the requests of each part. Times
 * in which nothing happened have no samples, so they are left out. Returns an empty list if no request was throttled.
 */
export function throttleCurve(samples: readonly RunSample[]): ThrottlePoint[] {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.throttled === first.throttled) return [];
  const parts = Math.min(MAX_POINTS, samples.length - 1);
  const bound = (part: number) =>
    samples[Math.round((part * (samples.length - 1)) / parts)] ?? last;
  return Array.from({ length: parts }, (_, part) => {
    const start = bound(part);
    const end = bound(part + 1);
    return {
      at: end.at,
      requests: end.requests - start.requests,
      throttled: end.throttled - start.throttled,
    };
  });
}
