import { expect, test } from 'vitest';
import { watchDeadline } from '../../../src/cli/watch-deadline.ts';

/** Watches a run that misses its deadline by these times, one at each check. It ends after the last one. */
async function watch(misses: readonly (number | null | 'unreadable')[]) {
  const ended = new AbortController();
  const reasons: string[] = [];
  let checks = 0;
  await watchDeadline({
    signal: ended.signal,
    clock: {
      sleep: async () => {
        if (checks >= misses.length) throw new Error('The run has ended');
      },
    },
    missesByMs: async () => {
      const missed = misses[checks] ?? null;
      checks += 1;
      if (missed === 'unreadable') throw new Error('damaged');
      return missed;
    },
    notify: async (reason) => void reasons.push(reason),
  });
  return reasons;
}

test('a run that is late at two checks in a row needs a person, who gets one message', async () => {
  expect(await watch([null, 60_000, 7_500_000, 7_600_000])).toEqual([
    'The run is expected to miss its deadline (limits.finishBy) by 2h 5m.',
  ]);
});

test('a run that is in time, or late for a moment, needs nobody', async () => {
  expect(await watch([null, null])).toEqual([]);
  expect(await watch([60_000, null, 60_000])).toEqual([]);
  expect(await watch([60_000, 'unreadable'])).toEqual([]);
});
