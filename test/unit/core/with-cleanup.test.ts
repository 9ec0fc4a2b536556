import { expect, test } from 'vitest';
import { withCleanup } from '../../../src/core/with-cleanup.ts';

/** Runs `work` with two releases around one that fails; gives the releases that were called. */
async function useWithBrokenRelease(work: () => string): Promise<[string[], unknown]> {
  const called: string[] = [];
  const end = await withCleanup(async (defer) => {
    defer(() => void called.push('lock'));
    defer(() => {
      throw new Error('the release failed');
    });
    defer(async () => void called.push('ledger'));
    return work();
  }).catch((error: unknown) => error);
  return [called, end];
}

test('releases are called newest first, also after one that fails; its error is reported', async () => {
  const [called, end] = await useWithBrokenRelease(() => 'result');
  expect(called).toEqual(['ledger', 'lock']);
  expect(end).toEqual(new Error('the release failed'));
});

test('the error of the work is not hidden by the error of a release', async () => {
  const [called, end] = await useWithBrokenRelease(() => {
    throw new Error('the work failed');
  });
  expect(called).toEqual(['ledger', 'lock']);
  expect(end).toEqual(new Error('the work failed'));
});

test('the result comes back once all releases are through', async () => {
  const called: string[] = [];
  const result = await withCleanup(async (defer) => {
    defer(async () => void called.push('released'));
    return 7;
  });
  expect([result, called]).toEqual([7, ['released']]);
});
