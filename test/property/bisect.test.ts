import fc from 'fast-check';
import { expect, test } from 'vitest';
import { executeTask } from '../../src/engine/send/execute-task.ts';
import { AnswerTimes } from '../../src/engine/service-state/answer-times.ts';
import type { Attempt, ItemResult, TaskDependencies } from '../../src/engine/tasks/task.ts';
import {
  allDone,
  batchOperation,
  outageOf,
  someFailure,
  someItem,
} from '../support/engine-bench.ts';

/** Sends a chunk of which the service refuses whatever holds a poison item; gives the results. */
async function sendChunk(size: number, poison: ReadonlySet<number>) {
  const items = Array.from({ length: size }, (_, seq) => someItem({ seq, key: `key ${seq}` }));
  const settled = new Map<number, ItemResult>();
  let requests = 0;
  const attempt: Attempt = {
    isIntended: true,
    id: null,
    intend: async () => undefined,
    withdraw: async () => undefined,
    async settle(results) {
      for (const result of results) {
        if (settled.has(result.item.seq)) throw new Error('settled twice');
        settled.set(result.item.seq, result);
      }
    },
  };
  const operation = batchOperation(async (chunk) => {
    requests += 1;
    if (!chunk.some(({ seq }) => poison.has(seq))) return allDone(chunk);
    throw someFailure({ kind: 'permanent', effect: 'none', code: 'http_400', status: 400 });
  });
  const deps = {
    operation,
    journal: {
      begin: () => attempt,
      settlePoll: async () => undefined,
      hasAnswer: () => false,
    },
    slot: (work: () => Promise<unknown>) => work(),
    serverNow: () => 0,
    clock: { monotonic: () => 0 },
    answerTimes: new AnswerTimes(),
    isClockUntrusted: () => false,
    random: () => 0,
    policy: { maxAttempts: 8, settleMs: 0 },
    outage: outageOf(1),
    isFresh: () => true,
    stopRun: () => undefined,
    stopSignal: new AbortController().signal,
    abort: new AbortController().signal,
  } as unknown as TaskDependencies;
  await executeTask({ step: 0, items }, deps);
  return { settled, requests };
}

const chunk = fc
  .integer({ min: 1, max: 100 })
  .chain((size) =>
    fc.record({ size: fc.constant(size), poison: fc.uniqueArray(fc.nat(size - 1)) }),
  );

test('any set of poison items is isolated: they fail, all others are done, each once', async () => {
  await fc.assert(
    fc.asyncProperty(chunk, async ({ size, poison }) => {
      const { settled } = await sendChunk(size, new Set(poison));
      expect(settled.size).toBe(size);
      for (const [seq, result] of settled) {
        const kind = result.to === 'outcome' ? result.outcome.kind : result.to;
        expect(kind).toBe(poison.includes(seq) ? 'failed' : 'done');
      }
    }),
    { numRuns: 60 },
  );
});

test('a poison item costs at most 2·log2(n) + 1 requests', async () => {
  await fc.assert(
    fc.asyncProperty(chunk, async ({ size, poison }) => {
      const { requests } = await sendChunk(size, new Set(poison));
      const each = 2 * Math.ceil(Math.log2(size)) + 1;
      expect(requests).toBeLessThanOrEqual(Math.max(1, poison.length * each));
    }),
    { numRuns: 60 },
  );
});
