import { expect, test } from 'vitest';
import { OPERATION_CASES } from '../contract/operation-cases.ts';
import { alive, runBench } from '../support/run-bench.ts';

const LOOKED_UP = OPERATION_CASES.filter(({ doubt }) => doubt === 'detectable');

test.each(LOOKED_UP)(
  '$uses: a clock that is a little fast does not hide what a lost answer did',
  async (operation) => {
    const bench = runBench();
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

    const end = await alive(bench.start(job, { skewMs: 2400 }));

    expect(end.counts.done).toBe(operation.items);
    expect(bench.effects(operation.effect!).twice).toBe(0);
    expect(bench.emulator.creations.repeated()).toEqual([]);
  },
);
