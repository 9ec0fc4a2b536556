/** A rate limit of a service, as the simulation of the rate control knows it. Times are ms. */
export interface RateLimit {
  /** Requests per second that the service accepts on average, at a time since its start. */
  rateAt(ms: number): number;
  /** Takes a slot. Returns 0, or the seconds of a Retry-After. */
  take(ms: number): number;
}

/** A bucket of `burst` slots, which fills at `rate` slots per second. */
export function tokenBucket(rate: number | ((ms: number) => number), burst: number): RateLimit {
  const rateAt = typeof rate === 'number' ? () => rate : rate;
  let slots = burst;
  let filledAt = 0;
  return {
    rateAt,
    take(ms) {
      slots = Math.min(burst, slots + ((ms - filledAt) / 1000) * rateAt(ms));
      filledAt = ms;
      if (slots < 1 - 1e-6) return Math.max(1, Math.ceil((1 - slots) / rateAt(ms)));
      slots -= 1;
      return 0;
    },
  };
}

/** At most `most` requests in any `windowMs`, as Django REST framework counts them. */
export function slidingWindow(most: number, windowMs: number): RateLimit {
  const accepted: number[] = [];
  let first = 0;
  return {
    rateAt: () => (most * 1000) / windowMs,
    take(ms) {
      while (first < accepted.length && (accepted[first] ?? 0) <= ms - windowMs) first += 1;
      if (accepted.length - first >= most) {
        return Math.max(1, Math.ceil(((accepted[first] ?? 0) + windowMs - ms) / 1000));
      }
      accepted.push(ms);
      return 0;
    },
  };
}

/** At most `most` requests in each window; the windows follow each other. */
export function fixedWindow(most: number, windowMs: number): RateLimit {
  let window = 0;
  let taken = 0;
  return {
    rateAt: () => (most * 1000) / windowMs,
    take(ms) {
      const now = Math.floor(ms / windowMs);
      if (now !== window) taken = 0;
      window = now;
      if (taken >= most) return Math.max(1, Math.ceil(((now + 1) * windowMs - ms) / 1000));
      taken += 1;
      return 0;
    },
  };
}
