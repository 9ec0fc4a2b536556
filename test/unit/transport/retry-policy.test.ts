import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffDelay } from '../../../src/core/backoff.ts';
import { ClassifiedError, type FailureFacts } from '../../../src/core/failure.ts';
import { WireError } from '../../../src/core/world.ts';
import { decideRetry, NO_HISTORY, type RetryHistory } from '../../../src/transport/retry-policy.ts';
import { DEFAULT_LIMITS } from '../../../src/transport/transport-limits.ts';

const unsent = new WireError({ phase: 'unsent', code: 'ECONNREFUSED', message: 'm' });

function failure(facts: Partial<FailureFacts>) {
  return new ClassifiedError({
    kind: 'transient',
    effect: 'none',
    code: 'http_503',
    message: 'm',
    ...facts,
  });
}

function moment(mutates: boolean, now = 0) {
  return { mutates, now, random: () => 1, limits: DEFAULT_LIMITS };
}

test.each(['permanent', 'fatal', 'canceled'] as const)('a %s failure is final', (kind) => {
  const decision = decideRetry(failure({ kind }), NO_HISTORY, moment(false));
  expect(decision.kind).toBe('give-up');
});

test('a throttled try counts for nothing and does not wait here', () => {
  const history: RetryHistory = { ...NO_HISTORY, counted: 7 };
  const throttled = failure({ kind: 'throttled', retryAfterMs: 9000 });
  expect(decideRetry(throttled, history, moment(true))).toEqual({
    kind: 'retry',
    delayMs: 0,
    history: { ...history, throttledSince: 0 },
  });
});

test('a run waits for a service that throttles it, however long', () => {
  const history: RetryHistory = { ...NO_HISTORY, throttledSince: 0 };
  const throttled = failure({ kind: 'throttled', retryAfterMs: 900_000 });
  expect(decideRetry(throttled, history, moment(false, 1e9)).kind).toBe('retry');
});

test('with a limit, a throttled request is given up if its next try would be later', () => {
  const limits = { ...DEFAULT_LIMITS, throttledMs: 120_000 };
  const throttled = failure({ kind: 'throttled', code: 'http_429', retryAfterMs: 15_000 });
  const history: RetryHistory = { ...NO_HISTORY, throttledSince: 1000 };
  const at = (now: number) => decideRetry(throttled, history, { ...moment(true, now), limits });
  expect(at(106_000).kind).toBe('retry');
  expect(at(106_001)).toMatchObject({
    kind: 'give-up',
    failure: { kind: 'transient', effect: 'none', code: 'http_429', fatalCause: 'service' },
  });
});

test('a lost mutation is for the executor, even where it had no effect', () => {
  for (const effect of ['none', 'unknown'] as const) {
    const decision = decideRetry(failure({ effect, code: 'concurrent' }), NO_HISTORY, moment(true));
    expect(decision.kind).toBe('give-up');
  }
});

test('an expired guard is tried again at once, and the service does not count as unreachable', () => {
  const cause = new WireError({ phase: 'unsent', code: 'guard_expired', message: 'm' });
  const expired = failure({ code: 'guard_expired', cause });
  const away: RetryHistory = { ...NO_HISTORY, unsent: 9, unsentSince: 0 };
  expect(decideRetry(expired, away, moment(true, 1e9))).toEqual({
    kind: 'retry',
    delayMs: 0,
    history: NO_HISTORY,
  });
});

test('unsent tries do not use up those that count', () => {
  const history: RetryHistory = { ...NO_HISTORY, counted: 7 };
  const decision = decideRetry(failure({ cause: unsent }), history, moment(false));
  expect(decision).toMatchObject({ kind: 'retry', history: { counted: 7, unsent: 1 } });
});

test('the time of being unreachable starts anew once anything was answered', () => {
  const away: RetryHistory = { ...NO_HISTORY, unsent: 9, unsentSince: 0 };
  const answered = decideRetry(failure({}), away, moment(false, 100_000));
  expect(answered).toMatchObject({ kind: 'retry', history: { unsent: 0, unsentSince: null } });
});

test('an unreachable service is given up after its time', () => {
  const away: RetryHistory = { ...NO_HISTORY, unsent: 9, unsentSince: 0 };
  const { unreachableMs } = DEFAULT_LIMITS;
  const gone = failure({ code: 'ECONNREFUSED', cause: unsent });
  expect(decideRetry(gone, away, moment(true, unreachableMs - 1)).kind).toBe('retry');
  expect(decideRetry(gone, away, moment(true, unreachableMs))).toMatchObject({
    kind: 'give-up',
    failure: { kind: 'transient', effect: 'none', code: 'ECONNREFUSED', fatalCause: 'service' },
  });
});

test('a corrected clock is good for one resend', () => {
  const cause = failure({ kind: 'fatal', code: 'http_401', fatalCause: 'credentials' });
  const skew = failure({ code: 'clock_skew', cause });
  const first = decideRetry(skew, NO_HISTORY, moment(true));
  expect(first).toMatchObject({ kind: 'retry', delayMs: 0 });
  const history: RetryHistory = { ...NO_HISTORY, clockCorrected: true };
  expect(decideRetry(skew, history, moment(true))).toEqual({ kind: 'give-up', failure: cause });
});

test('a backoff is never longer than its step nor than its cap', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (failures, chance) => {
        const delay = backoffDelay(failures, () => chance);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(Math.min(60_000, 500 * 2 ** (failures - 1)));
      },
    ),
  );
});

test('full jitter uses the whole step', () => {
  expect(backoffDelay(4, () => 0)).toBe(0);
  expect(backoffDelay(4, () => 0.5)).toBe(2000);
});
