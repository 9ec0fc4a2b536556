import { expect, test } from 'vitest';
import { largeList } from './large-list.ts';

test('a CSV of 4 MB is counted to the row; the long form is npm run test:csv', async () => {
  const { code, listed, rows, bytes } = await largeList(4_000_000);
  expect(bytes).toBeGreaterThan(4_000_000);
  expect([code, listed]).toEqual([0, rows]);
});
