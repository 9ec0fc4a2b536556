import { describe, expect, test } from 'vitest';
import type { FailureFacts } from '../../../../src/core/failure.ts';
import { afterFailure, toFatalFailure } from '../../../../src/engine/failure/after-failure.ts';
import type { OutageWatch } from '../../../../src/engine/service-state/outage-watch.ts';
import type { Doubt, Probe } from '../../../../src/operations/operation.ts';
import { eachOperation, outageOf, someFailure, someItem } from '../../../support/engine-bench.ts';

const NOW = 1_000_000;
const SETTLE_MS = 90_000;
const LAST = 7;
const probe: Probe = async () => ({ kind: 'did-not-happen' });

const IDEMPOTENT: Doubt = { class: 'idempotent' };
const REPLAYED: Doubt = { class: 'detectable', probe: 'replay' };
const PROBED: Doubt = { class: 'detectable', probe };
const TAGGED: Doubt = { class: 'tagged', probe };
const UNDETECTABLE: Doubt = { class: 'undetectable' };
const ALL = [IDEMPOTENT, REPLAYED, PROBED, TAGGED, UNDETECTABLE];

interface Case {
  readonly failure: Partial<FailureFacts>;
  readonly doubt?: Doubt;
  readonly attempts?: number;
  readonly intended?: boolean;
  readonly outage?: OutageWatch;
}

function decide({
  failure,
  doubt = IDEMPOTENT,
  attempts = 0,
  intended = true,
  outage = outageOf(1),
}: Case) {
  const { item: _item, ...result } = afterFailure(someItem({ attempts }), {
    failure: someFailure(failure),
    intended,
    step: 0,
    deps: {
      operation: eachOperation(async () => ({ kind: 'done' }), { doubt }),
      outage,
      policy: { maxAttempts: LAST + 1, settleMs: SETTLE_MS },
      random: () => 0,
      serverNow: () => NOW,
    },
  });
  return result;
}

test.each(ALL)(
  'what the service refused for good fails, whatever may be known of it: $class',
  (doubt) => {
    const failure = { kind: 'permanent', effect: 'none', code: 'http_404', status: 404 } as const;
    expect(decide({ failure, doubt })).toMatchObject({
      to: 'outcome',
      outcome: { kind: 'failed', failure: { code: 'http_404' } },
    });
  },
);

test.each(ALL)('a 429 is no attempt and has no effect: $class', (doubt) => {
  const failure = { kind: 'throttled', effect: 'none', retryAfterMs: 3000, status: 429 } as const;
  expect(decide({ failure, doubt, attempts: LAST })).toMatchObject({
    to: 'retry',
    effect: 'none',
    countsAsAttempt: false,
    notBefore: NOW + 3000,
  });
});

describe('an answer that was lost', () => {
  const lost = { kind: 'transient', effect: 'unknown' } as const;

  test.each([IDEMPOTENT, REPLAYED])('is sent again where that does no harm: $class', (doubt) => {
    expect(decide({ failure: lost, doubt })).toMatchObject({
      to: 'retry',
      effect: 'unknown',
      countsAsAttempt: true,
      notBefore: NOW,
    });
  });

  test.each([PROBED, TAGGED])(
    'is looked up once its effect must have come to light: $class',
    (doubt) => {
      expect(decide({ failure: lost, doubt })).toMatchObject({
        to: 'retry',
        effect: 'unknown',
        countsAsAttempt: true,
        notBefore: NOW + SETTLE_MS,
      });
    },
  );

  test('is in doubt at once where nothing can tell', () => {
    expect(decide({ failure: lost, doubt: UNDETECTABLE })).toMatchObject({ to: 'in-doubt' });
  });

  test('fails after the last attempt where a repeat is harmless, and says that it was given up', () => {
    expect(decide({ failure: lost, attempts: LAST })).toMatchObject({
      to: 'outcome',
      outcome: {
        kind: 'failed',
        failure: { code: 'gave_up', message: expect.stringContaining('8 attempts') },
      },
    });
    expect(decide({ failure: lost, attempts: LAST - 1 })).toMatchObject({ to: 'retry' });
  });

  test.each([REPLAYED, UNDETECTABLE])(
    'is in doubt after the last attempt, never called failed: $class',
    (doubt) => {
      expect(decide({ failure: lost, doubt, attempts: LAST })).toMatchObject({ to: 'in-doubt' });
    },
  );

  test.each([PROBED, TAGGED])('is looked up after the last attempt too: $class', (doubt) => {
    expect(decide({ failure: lost, doubt, attempts: LAST })).toMatchObject({
      to: 'retry',
      effect: 'unknown',
    });
  });

  test.each(ALL)('without an intent was never sent, so it is no doubt: $class', (doubt) => {
    expect(decide({ failure: lost, doubt, intended: false })).toMatchObject({
      to: 'retry',
      effect: 'none',
    });
  });
});

describe('a failure that surely had no effect', () => {
  const refused = { kind: 'transient', effect: 'none', code: 'not_ready', status: 400 } as const;

  test.each(ALL)(
    'waits for the call of somebody else, however often, and does not count: $class',
    (doubt) => {
      const busy = { ...refused, code: 'concurrent', status: 409 };
      expect(decide({ failure: busy, doubt, attempts: LAST })).toMatchObject({
        to: 'retry',
        effect: 'none',
        countsAsAttempt: false,
      });
    },
  );

  test.each(ALL)('is tried again and counts: $class', (doubt) => {
    expect(decide({ failure: refused, doubt })).toMatchObject({
      to: 'retry',
      effect: 'none',
      countsAsAttempt: true,
    });
  });

  test.each(ALL)('fails after the last attempt: $class', (doubt) => {
    expect(decide({ failure: refused, doubt, attempts: LAST })).toMatchObject({
      to: 'outcome',
      outcome: { kind: 'failed', failure: { code: 'gave_up' } },
    });
  });

  test.each(ALL)('and no answer at all is the network, not the item: $class', (doubt) => {
    const { status: _status, ...unreachable } = someFailure({ ...refused, code: 'ECONNREFUSED' });
    const failure = {
      ...unreachable,
      kind: 'transient',
      effect: 'none',
      message: 'x',
      status: undefined,
    } as never;
    expect(decide({ failure, doubt, attempts: LAST })).toEqual({ to: 'release', effect: 'none' });
  });
});

describe.each(['canceled', 'fatal'] as const)('a send that was %s', (kind) => {
  test.each(ALL)('before it had an effect gives its item back: $class', (doubt) => {
    expect(decide({ failure: { kind, effect: 'none' }, doubt, attempts: LAST })).toEqual({
      to: 'release',
      effect: 'none',
    });
    expect(decide({ failure: { kind, effect: 'unknown' }, doubt, intended: false })).toEqual({
      to: 'release',
      effect: 'none',
    });
  });

  test.each([IDEMPOTENT, REPLAYED, PROBED, TAGGED])(
    'on its way is open, and no attempt: $class',
    (doubt) => {
      expect(decide({ failure: { kind, effect: 'unknown' }, doubt, attempts: LAST })).toMatchObject(
        {
          to: 'retry',
          effect: 'unknown',
          countsAsAttempt: false,
        },
      );
    },
  );

  test('on its way is in doubt where nothing can tell', () => {
    expect(decide({ failure: { kind, effect: 'unknown' }, doubt: UNDETECTABLE })).toMatchObject({
      to: 'in-doubt',
    });
  });
});

test('only what no other item would escape stops the run', () => {
  const network = {
    kind: 'transient',
    effect: 'none',
    code: 'ECONNREFUSED',
    status: undefined,
  } as never;
  expect(toFatalFailure(someFailure({ kind: 'fatal', fatalCause: 'credentials' }))).toMatchObject({
    fatalCause: 'credentials',
  });
  expect(toFatalFailure(someFailure(network))).toMatchObject({
    kind: 'fatal',
    fatalCause: 'service',
  });
  expect(toFatalFailure(someFailure())).toBe(null);
  expect(toFatalFailure(someFailure({ kind: 'permanent', effect: 'none' }))).toBe(null);
  expect(toFatalFailure(someFailure({ kind: 'throttled', effect: 'none' }))).toBe(null);
  expect(toFatalFailure(someFailure({ effect: 'none', status: 409 }))).toBe(null);
});

test.each(['none', 'unknown'] as const)(
  'while the endpoint only fails, no attempt counts and the last one is not the last (effect %s)',
  (effect) => {
    const outage = outageOf(1);
    for (const chunk of [1, 101, 201]) outage.failed(0, chunk);
    const failure = { kind: 'transient', effect, code: 'http_503', status: 503 } as const;
    const decided = decide({ failure, attempts: LAST, outage });
    expect(decided).toMatchObject({ to: 'retry', effect, countsAsAttempt: false });
  },
);
