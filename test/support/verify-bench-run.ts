import { expect } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import type { Difference } from '../../src/run/compare-effects.ts';
import type { ObjectDifference } from '../../src/run/object-difference.ts';
import { type Verification, verifyRun } from '../../src/run/verify-run.ts';
import type { LifeChanges, RunBench } from './run-bench.ts';

interface Verified {
  readonly result: Verification;
  readonly differences: readonly Difference[];
  readonly objects: readonly ObjectDifference[];
}

/** Verifies a run of a bench, by default the first one. Checks that this changes nothing. */
export async function verifyBenchRun(
  bench: RunBench,
  run = 'run-1' as RunId,
  { buckets = true, ...changes }: LifeChanges & { readonly buckets?: boolean } = {},
): Promise<Verified> {
  const differences: Difference[] = [];
  const objects: ObjectDifference[] = [];
  const before = bench.mutations.length;
  const result = await bench.live(changes, (context) =>
    verifyRun(run, context, {
      onDifference: (difference) => void differences.push(difference),
      onObjectDifference: (difference) => void objects.push(difference),
      buckets,
    }),
  );
  expect(bench.mutations).toHaveLength(before);
  if (result === null) throw new Error('The process died');
  return { result, differences, objects };
}
