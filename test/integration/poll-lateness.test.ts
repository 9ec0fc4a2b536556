import { expect, test } from 'vitest';
import { followJobs } from '../bench/followed-jobs.ts';

test('ends are noticed while many jobs still wait to be started', async () => {
  const room = { rate: 20, concurrency: 4 };
  const [first = []] = await followJobs(8000, { sigma: 0.5, count: 200, room });

  const shares = first.map(({ lateMs, durationMs }) => lateMs / durationMs);
  expect(shares).toHaveLength(200);
  expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeLessThan(0.5);
});
