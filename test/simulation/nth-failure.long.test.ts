import { expect, test } from 'vitest';
import { failNth, NTH_FAILURES, quietSchedule } from './nth-failure.ts';

// The long form, with every n and all scenarios: `npm run test:sim -- --nth`.
const SAMPLED = ['delete', 'copy-local', 'cut out, store, tag, copy'];
const STRIDE = 15;

test.each(SAMPLED)(
  '%s: if the n-th use of anything fails, no item is lost or repeated',
  async (scenario) => {
    const found: string[] = [];
    for (const [place, failure] of NTH_FAILURES.entries()) {
      const sample = { first: 2 + (place % STRIDE), stride: STRIDE };
      const { failed } = await failNth(failure, quietSchedule(scenario), sample);
      for (const { schedule, violations } of failed) {
        found.push(`${JSON.stringify(schedule)}: ${violations.join('; ')}`);
      }
    }
    expect(found).toEqual([]);
  },
);
