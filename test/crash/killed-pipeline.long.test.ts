import { expect, test } from 'vitest';
import { killedPipeline } from './killed-pipeline.ts';

test('200 pictures through remove_bg, store, tags and copy, killed 3 times: none twice, all finish', async () => {
  const result = await killedPipeline({ items: 200, kills: 3, seed: 4, rate: 150 });
  expect(result.violations).toEqual([]);
  expect(result.kills).toBe(3);
});
