import { expect, test } from 'vitest';
import { OPERATION_CASES } from '../contract/operation-cases.ts';
import { alive, runBench } from '../support/run-bench.ts';

/** What is looked up by the time of its effect. */
const LOOKED_UP = OPERATION_CASES.filter(({ uses }) => {
  return uses === 'create-group' || /^addon\/(uc_|aws_)/.test(uses);
});
/** The largest that is not corrected by the service's Date headers, ms. */
const SKEW_MS = 1900;
/** Over before a clock that is so fast has gone on by its skew. */
const QUICK = { medianMs: 100, sigma: 0, hiddenMs: 0 };

test.each(LOOKED_UP)(
  '$uses: a clock that is a little fast does not hide what a lost answer did',
  async (operation) => {
    const work = {
      uc_clamav_virus_scan: QUICK,
      aws_rekognition_detect_labels: QUICK,
      aws_rekognition_detect_moderation_labels: QUICK,
    };
    const bench = runBench({ work });
    let isDue = true;
    bench.fault = ({ method, target }) => {
      const { mutation } = operation;
      if (!isDue || method !== mutation.method || !mutation.path.test(target)) return null;
      isDue = false;
      return 'reset-after-effect';
    };
    const { uses, with: options } = operation;
    const step = options === undefined ? { uses } : { uses, with: options };
    const job = { source: operation.prepare(bench), steps: [step] };

    const end = await alive(bench.start(job, { skewMs: SKEW_MS }));

    expect(isDue).toBe(false);
    expect(end.counts.done).toBe(operation.items);
    const { changed, twice } = bench.effects(operation.effect!);
    expect(twice).toBe(0);
    expect(changed).toBe(uses === 'create-group' ? 1 : operation.items);
  },
);
