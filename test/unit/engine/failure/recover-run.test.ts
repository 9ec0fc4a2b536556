import { expect, test } from 'vitest';
import { recoverRun } from '../../../../src/engine/failure/recover-run.ts';
import type { Doubt, Probe } from '../../../../src/operations/operation.ts';
import { eachOperation, engineBench } from '../../../support/engine-bench.ts';

const SETTLE_MS = 90_000;
const probe: Probe = async () => ({ kind: 'did-not-happen' });

/** What a killed process left: one item claimed, one sent a minute ago, one untouched. */
function setup(doubt: Doubt) {
  const bench = engineBench({ items: 3 });
  const [, second] = bench.claim(0, 2);
  const sentAt = bench.clock.now();
  bench.ledger.transaction(() => {
    const attempt = bench.ledger.attempts.begin({ step: 0, items: 1, sentAt });
    bench.ledger.items.markSent([second!.seq], attempt);
  });
  bench.clock.pause(60_000);
  recoverRun({
    ledger: bench.ledger,
    steps: [{ operation: eachOperation(async () => ({ kind: 'done' }), { doubt }) }],
    serverNow: () => bench.clock.now(),
    settleMs: SETTLE_MS,
  });
  return { bench, sentAt };
}

test.each<Doubt>([{ class: 'idempotent' }, { class: 'detectable', probe: 'replay' }])(
  'what was claimed or sent is ready again at once where a repeat is harmless: $class',
  (doubt) => {
    const { bench } = setup(doubt);
    expect(bench.placed()).toMatchObject([
      { state: 'pending', openSends: 0, attempts: 0 },
      { state: 'pending', openSends: 1, attempts: 0 },
      { state: 'pending' },
    ]);
    expect(bench.claim()).toHaveLength(3);
  },
);

test.each<Doubt>([
  { class: 'detectable', probe },
  { class: 'tagged', probe },
])(
  'what was sent is looked up when the time since its send is over, not since this start: $class',
  async (doubt) => {
    const { bench, sentAt } = setup(doubt);
    expect(bench.ledger.due.nextDue(0)).toBe(sentAt + SETTLE_MS);
    expect(bench.claim().map(({ seq }) => seq)).toEqual([1, 3]);
    bench.clock.pause(30_000 - 1);
    expect(bench.claim()).toEqual([]);
    bench.clock.pause(1);
    expect(bench.claim()).toMatchObject([{ seq: 2, openSends: 1 }]);
  },
);

test('what was sent is in doubt where nothing can tell, with a word on why and since when', () => {
  const { bench, sentAt } = setup({ class: 'undetectable' });
  expect(bench.states()).toEqual(['pending', 'in-doubt', 'pending']);
  const database = bench.ledger.outcomes;
  expect(database.reasons()).toEqual([]);
  expect(bench.placed()[1]).toMatchObject({ openSends: 1, sentAt });
});

test('thousands of running items are recovered, window by window', () => {
  const bench = engineBench({ items: 2500 });
  bench.claim(0, 2500);
  recoverRun({
    ledger: bench.ledger,
    steps: [{ operation: eachOperation(async () => ({ kind: 'done' })) }],
    serverNow: () => 0,
    settleMs: 0,
  });
  expect(bench.ledger.items.counts()).toMatchObject({ pending: 2500, running: 0 });
});
