import { expect, test } from 'vitest';
import { cellText, runSample } from './matrix-run.ts';

test('killed at every durable boundary, no operation loses or repeats anything', async () => {
  const { results, unreached } = await runSample(2);

  const bad = results.filter(({ violations }) => violations.length > 0);
  expect(bad.map(({ cell, violations }) => [cellText(cell), ...violations])).toEqual([]);
  expect(unreached).toEqual([]);
  const alive = results.filter(({ killed }) => !killed);
  expect(alive.map(({ cell }) => cellText(cell))).toEqual([]);
});
