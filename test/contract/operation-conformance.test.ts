import { describe, expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import { alive, type RunBench, runBench, type SentRequest } from '../support/run-bench.ts';
import type { NetworkFault } from '../support/simulated-network.ts';
import { OPERATION_CASES, type OperationCase } from './operation-cases.ts';

const MISSING = '00000000-0000-4000-8000-000000000000';

describe.each(OPERATION_CASES)('$uses', (operation) => {
  test('is done to every item, once', async () => {
    const bench = runBench();

    const end = await alive(bench.start(jobOf(operation, bench)));

    expect(end.state).toBe('finished');
    expect(end.counts).toMatchObject({ done: operation.items, total: operation.items });
    expectEffects(bench, operation, { once: operation.items });
  });

  test.runIf(operation.missing !== null)(
    'a file that is not there fails or is skipped alone',
    async () => {
      const bench = runBench();
      const job = jobOf(operation, bench);
      const source = job.source as { inline: string[] };

      const end = await alive(
        bench.start({ ...job, source: { inline: [...source.inline, MISSING] } }),
      );

      const [item] = bench.items(end.run).filter(({ key }) => key === MISSING);
      expect(item?.state).toBe(operation.missing);
      if (operation.uses !== 'create-group') expect(end.counts.done).toBe(operation.items);
    },
  );

  test.runIf(operation.missing !== null)(
    'a removed file, and one of another project, end alone',
    async () => {
      const bench = runBench({ projects: [{}, {}] });
      const job = jobOf(operation, bench);
      const source = job.source as { inline: string[] };
      const [own, other] = bench.emulator.projects;
      const removed = own!.addFile({ removedAt: '2026-11-10T10:00:00.000000Z' }).uuid;
      const foreign = other!.addFile({}).uuid;

      const inline = [...source.inline, removed, foreign];
      const end = await alive(bench.start({ ...job, source: { inline } }));

      const states = new Map(bench.items(end.run).map(({ key, state }) => [key, state]));
      expect(states.get(removed)).toBe(operation.removed ?? operation.missing);
      expect(states.get(foreign)).toBe(operation.missing);
      if (operation.uses !== 'create-group') {
        expect(source.inline.map((uuid) => states.get(uuid))).toEqual(['done', 'done', 'done']);
      }
    },
  );

  test.each(['throttled', 'refused'] as const)(
    '%s: sent again, and no attempt is counted',
    async (fault) => {
      const { bench, run } = await runWithFault(operation, fault);

      expect(bench.items(run).map(({ state }) => state)).toEqual(
        Array(operation.items).fill('done'),
      );
      expectEffects(bench, operation, { once: operation.items });
    },
  );

  test.each([
    'error-before-effect',
    'error-after-effect',
    'reset-before-effect',
    'reset-after-effect',
    'truncated',
    'html',
    'no-answer',
  ] as const)('%s: as its doubt class says', async (fault) => {
    const { bench, run } = await runWithFault(operation, fault);

    const isNamed = fault === 'truncated' && operation.isNamedByHeader === true;
    expectByDoubtClass(bench, run, isNamed ? { ...operation, doubt: 'detectable' } : operation);
  });

  test('a death between the effect and its answer: resumed as its doubt class says', async () => {
    const bench = runBench();
    const first = await bench.start(jobOf(operation, bench), {
      concurrency: 1,
      death: { point: 'response-received', hit: 1 },
    });
    const end = first ?? (await alive(bench.resume()));

    expectByDoubtClass(bench, end.run, operation);
  });
});

/** The first request that has the effect goes wrong, and no other. */
async function runWithFault(
  operation: OperationCase,
  fault: NetworkFault,
): Promise<{ bench: RunBench; run: RunId }> {
  const bench = runBench();
  let isDue = true;
  bench.fault = (request) => {
    if (!isDue || !isMutation(operation, request)) return null;
    isDue = false;
    return fault;
  };
  const end = await alive(bench.start(jobOf(operation, bench)));
  expect(isDue).toBe(false);
  return { bench, run: end.run };
}

function expectByDoubtClass(bench: RunBench, run: RunId, operation: OperationCase): void {
  const states = bench.items(run).map(({ state }) => state);
  if (operation.doubt !== 'undetectable') {
    expect(states).toEqual(Array(operation.items).fill('done'));
    expectEffects(bench, operation, { once: operation.items });
    return;
  }
  expect(new Set(states)).toEqual(
    new Set(states.includes('done') ? ['in-doubt', 'done'] : ['in-doubt']),
  );
  expectEffects(bench, operation, { atMost: operation.items });
}

function expectEffects(
  bench: RunBench,
  { effect, uses }: OperationCase,
  wanted: { once: number } | { atMost: number },
): void {
  if (effect === null) return;
  const { changed, twice } = bench.effects(effect);
  expect(twice).toBe(0);
  const once = 'once' in wanted ? wanted.once : wanted.atMost;
  const expected = uses === 'create-group' ? 1 : once;
  if ('once' in wanted) expect(changed).toBe(expected);
  else expect(changed).toBeLessThanOrEqual(expected);
}

function isMutation({ mutation }: OperationCase, request: SentRequest): boolean {
  return request.method === mutation.method && mutation.path.test(request.target);
}

function jobOf(operation: OperationCase, bench: RunBench): { source: object; steps: object[] } {
  const { uses, with: options } = operation;
  const step = options === undefined ? { uses } : { uses, with: options };
  return { source: operation.prepare(bench), steps: [step] };
}
