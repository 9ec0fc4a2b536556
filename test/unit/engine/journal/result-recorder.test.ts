import { expect, test } from 'vitest';
import { ResultRecorder } from '../../../../src/engine/journal/result-recorder.ts';
import type { RunEvent } from '../../../../src/engine/run-events.ts';
import { givePage, statesIn, tempLedger } from '../../../support/temp-ledger.ts';

function setup() {
  const { ledger, path } = tempLedger();
  givePage(ledger, 3);
  const items = ledger.transaction(() => ledger.items.claim(0, { now: 0, limit: 3 }));
  const settled: number[] = [];
  const operation = { shape: 'batch', doubt: { class: 'idempotent' }, destructive: false } as const;
  const recorder = new ResultRecorder({
    ledger,
    steps: [{ id: 's', continueOnFailure: false, paid: null, work: null, operation }],
    serverNow: () => 0,
    crash: () => undefined,
    redact: (text) => text,
    listener: (event: RunEvent) => {
      if (event.kind === 'items-settled') settled.push(event.count);
    },
  });
  const record = (index: number) =>
    recorder.record({
      step: 0,
      results: [{ item: items[index]!, to: 'outcome', outcome: { kind: 'done' } }],
      intent: null,
      isSent: true,
      sentAt: null,
    });
  const states = () => [...statesIn(path).values()];
  return { ledger, record, settled, states };
}

test('results of the same moment are written and reported together', async () => {
  const { record, settled, states } = setup();
  await Promise.all([record(0), record(1), record(2)]);
  expect(states()).toEqual(['done', 'done', 'done']);
  expect(settled).toEqual([3]);
});

test('a result that comes while others are written is written afterwards', async () => {
  const { ledger, record, settled, states } = setup();
  const late: Promise<unknown>[] = [];
  const early = [record(0), record(1)];
  const other = ledger.write(() => {
    late.push(record(2));
  }, 'record');
  await Promise.all([...early, other]);
  await Promise.all(late);
  expect(states()).toEqual(['done', 'done', 'done']);
  expect(settled).toEqual([2, 1]);
});
