import { expect, test } from 'vitest';
import { cellText } from './matrix-run.ts';
import { runRetryMatrix } from './retry-matrix.ts';

test.each(['addon/remove_bg', 'metadata'])(
  'a retry of %s that is killed at any durable boundary loses and repeats nothing',
  async (uses) => {
    const results = await runRetryMatrix(uses, { isSample: true });
    const bad = results.filter(({ violations }) => violations.length > 0);
    expect(bad.map(({ cell, violations }) => [cellText(cell), ...violations])).toEqual([]);
    expect(results.filter(({ killed }) => killed).length).toBeGreaterThan(5);
  },
);
