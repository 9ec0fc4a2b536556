import { describe, expect, test } from 'vitest';
import { chaosRound } from '../chaos/chaos-round.ts';
import { requireService } from '../support/require-service.ts';

const redisServer = requireService('redis-server', 'redis-server');

/** `npm run test:fleet-chaos` runs the same for as long as you like, with every kind of job. */
describe.skipIf(redisServer === null)('a fleet under chaos', () => {
  test('pays once for each picture, and loses none', async () => {
    const result = await chaosRound({
      ...{ name: 'remove_bg', seed: 5, seconds: 20, everyMs: 1500 },
      ...{ redisServer: redisServer ?? '', fsync: 'everysec' },
    });
    expect(result.violations).toEqual([]);
    const { workerKills, stops, redisKills, flushes } = result;
    expect(workerKills + stops + redisKills + flushes).toBeGreaterThan(5);
  });
});
