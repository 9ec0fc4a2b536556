import { expect } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import type { Difference } from '../../src/run/compare-effects.ts';
import { type Verification, verifyRun } from '../../src/run/verify-run.ts';
import type { RunBench } from './run-bench.ts';

interface Verified {
  readonly result: Verification;
  readonly differences: readonly Difference[];
}

/** Verifies a run of a bench, by default the first one. Checks that this changes nothing. */
export async function verifyBenchRun(bench: RunBench, run = 'run-1' as RunId): Promise<Verified> {
  const differences: Difference[] = [];
  const before = bench.mutations.length;
  const result = await bench.live({}, (context) =>
    verifyRun(run, context, (difference) => {
      differences.push(difference);
    }),
  );
  expect(bench.mutations).toHaveLength(before);
  if (result === null) throw new Error('The process died');
  return { result, differences };
}
