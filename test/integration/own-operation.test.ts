// Tests src/operations/own-operation.ts and own-call.ts in whole runs.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import { ClassifiedError } from '../../src/core/failure.ts';
import { LedgerReader } from '../../src/ledger/ledger-reader.ts';
import type {
  LostAnswer,
  OwnEachOperation,
  OwnOperation,
  OwnOutcome,
} from '../../src/operations/own-definition.ts';
import { loadedOperation } from '../support/own-code.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const JOB = { source: { files: {} }, steps: [{ uses: './step.mjs' }] };
const DONE: OwnOutcome = { kind: 'done' };
const LOST: readonly LostAnswer[] = ['repeat', 'probe', 'in-doubt'];

type Each = OwnEachOperation<never>;
type Run = Each['run'];

/** An operation of the shape each, with a probe that finds the items in `happened`. */
function each(lostAnswer: LostAnswer, run: Run, happened: ReadonlySet<string> = new Set()): Each {
  if (lostAnswer !== 'probe') return { shape: 'each', lostAnswer, run };
  return {
    shape: 'each',
    lostAnswer,
    run,
    probe: async ({ key }) => (happened.has(key) ? DONE : { kind: 'did-not-happen' }),
  };
}

function bench(operation: OwnOperation<never>, files = 12): RunBench {
  const made = runBench({ files });
  made.code = loadedOperation(operation);
  return made;
}

/** The number of calls by item key. */
class Calls extends Map<string, number> {
  add(key: string): number {
    const calls = (this.get(key) ?? 0) + 1;
    this.set(key, calls);
    return calls;
  }
}

test.each(LOST)('%s: each item is called once, and its result is stored', async (lostAnswer) => {
  const calls = new Calls();
  const run: Run = async ({ key, file, attempt }) => {
    calls.add(key);
    return { kind: 'done', result: { file, attempt } };
  };
  const one = bench(each(lostAnswer, run));
  const end = await alive(one.start(JOB));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 12, total: 12 } });
  expect([...calls.values()]).toEqual(Array(12).fill(1));
  const [item] = one.items(end.run);
  expect(item).toMatchObject({ result: { file: item?.key, attempt: 0 } });
});

test.each(['probe', 'in-doubt'] as const)(
  '%s: the intent is durable before the call',
  async (lostAnswer) => {
    const unmarked: string[] = [];
    const run: Run = async ({ key }) => {
      const reader = LedgerReader.open(join(one.directory, 'runs', 'run-1.db'));
      const sent = reader.items.running(0, 1000).filter(({ openSends }) => openSends > 0);
      reader.close();
      if (!sent.some((item) => item.key === key)) unmarked.push(key);
      return DONE;
    };
    const one = bench(each(lostAnswer, run));
    await alive(one.start(JOB));
    expect(unmarked).toEqual([]);
  },
);

test('a batch gets as many items as it takes, and each has its outcome', async () => {
  const sizes: number[] = [];
  const one = bench({
    shape: 'batch',
    maxItems: 5,
    lostAnswer: 'in-doubt',
    async run(items) {
      sizes.push(items.length);
      return new Map(
        items.map(({ key }, index): [string, OwnOutcome] => [
          key,
          index === 0 ? { kind: 'skipped', message: 'Nothing to do' } : DONE,
        ]),
      );
    },
  });
  const end = await alive(one.start(JOB));
  expect(sizes.toSorted()).toEqual([2, 5, 5]);
  expect(end.counts).toMatchObject({ done: 9, skipped: 3 });
  expect(one.items(end.run, 'skipped')[0]).toMatchObject({ reason: 'own code' });
});

test('a remote job is started once and polled until it ends', async () => {
  const starts = new Calls();
  const polls = new Calls();
  const one = bench({
    shape: 'remote',
    lostAnswer: 'in-doubt',
    start: async ({ key }) => {
      starts.add(key);
      return { kind: 'started', token: `job of ${key}` };
    },
    poll: async ({ token }) => (polls.add(token) < 3 ? { kind: 'running' } : DONE),
  });
  const end = await alive(one.start(JOB));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 12 } });
  expect([...starts.values()]).toEqual(Array(12).fill(1));
  expect([...polls.values()]).toEqual(Array(12).fill(3));
});

test('a request of own code passes the rate limit and the signature of the run', async () => {
  const run: Run = async ({ file }, { rest }) => {
    await rest({ method: 'PUT', path: `/files/${file}/metadata/seen/`, body: 'yes' });
    return DONE;
  };
  const one = bench(each('repeat', run));
  const end = await alive(one.start(JOB));
  expect(end.counts.done).toBe(12);
  expect(one.mutations).toHaveLength(12);
  expect(end.requests).toBeGreaterThan(12);
});

test.each([
  ['repeat', { state: 'finished', counts: { done: 12 } }, 2],
  ['probe', { state: 'finished', counts: { done: 12 } }, 2],
  ['in-doubt', { counts: { done: 11, 'in-doubt': 1 } }, 1],
] as const)('%s: a call that throws is treated as lost', async (lostAnswer, expected, most) => {
  const calls = new Calls();
  let victim = '';
  const run: Run = async ({ key }) => {
    victim ||= key;
    if (calls.add(key) === 1 && key === victim) throw new TypeError('oops');
    return DONE;
  };
  const one = bench(each(lostAnswer, run));
  const end = await alive(one.start(JOB));
  expect(end).toMatchObject(expected);
  expect(calls.get(victim)).toBe(most);
  if (lostAnswer !== 'in-doubt') return;
  expect(one.items(end.run, 'in-doubt')[0]?.message).toBe('./step.mjs threw TypeError: oops');
  expect(exitCodeForEnd(end, null)).toBe(11);
});

test.each([
  ['repeat', 2],
  ['probe', 2],
  ['in-doubt', 1],
] as const)(
  '%s: a call that hangs ends at its time limit and counts as lost',
  async (lostAnswer, most) => {
    const calls = new Calls();
    const signals: AbortSignal[] = [];
    let victim = '';
    const run: Run = async ({ key }, { signal }) => {
      victim ||= key;
      if (calls.add(key) > 1 || key !== victim) return DONE;
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const one = bench({ ...each(lostAnswer, run), timeLimitMs: 2000 });
    const end = await alive(one.start(JOB));
    expect(calls.get(victim)).toBe(most);
    expect(signals[0]?.aborted).toBe(true);
    expect(end.counts[lostAnswer === 'in-doubt' ? 'in-doubt' : 'done']).toBe(
      lostAnswer === 'in-doubt' ? 1 : 12,
    );
  },
);

test('a probe that finds the effect of a lost call prevents a second call', async () => {
  const happened = new Set<string>();
  const calls = new Calls();
  const run: Run = async ({ key }) => {
    calls.add(key);
    happened.add(key);
    throw new Error('the answer is lost');
  };
  const one = bench(each('probe', run, happened));
  const end = await alive(one.start(JOB));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 12 } });
  expect([...calls.values()]).toEqual(Array(12).fill(1));
});

test('a probe waits until an effect of the longest call would be visible', async () => {
  let lostAt = 0;
  let probedAt = 0;
  const one = bench(
    {
      ...each('probe', async () => {
        lostAt = one.clock.now();
        throw new Error('the answer is lost');
      }),
      timeLimitMs: 300_000,
      probe: async () => {
        probedAt = one.clock.now();
        return DONE;
      },
    },
    1,
  );
  await alive(one.start(JOB));
  expect(probedAt - lostAt).toBeGreaterThanOrEqual(360_000 - 1000);
});

test('a refused request of a call that must not be repeated is no proof that nothing happened', async () => {
  const refused = new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'http_404',
    message: 'no file',
  });
  const run: Run = async () => {
    throw refused;
  };
  const doubtful = await alive(bench(each('in-doubt', run)).start(JOB));
  expect(doubtful.counts['in-doubt']).toBe(12);
  const repeated = await alive(bench(each('repeat', run)).start(JOB));
  expect(repeated.counts.failed).toBe(12);
});

test('own code says itself that an item failed, or should be retried later', async () => {
  const calls = new Calls();
  const run: Run = async ({ key, attempt }) => {
    if (calls.add(key) === 1) return { kind: 'retry', message: 'busy', afterMs: 5000 };
    return { kind: 'failed', code: 'no_user', message: `after ${attempt}` };
  };
  const one = bench(each('in-doubt', run), 3);
  const end = await alive(one.start(JOB));
  expect(end.counts.failed).toBe(3);
  expect(one.items(end.run)[0]).toMatchObject({ reason: 'no_user', message: 'after 1' });
});

const NONSENSE: readonly (readonly [string, unknown, string])[] = [
  ['nothing', undefined, 'returned undefined; expected one of'],
  ['a text', 'done', 'returned "done"; expected one of'],
  [
    'a value with a getter that throws',
    {
      kind: 'done',
      get result() {
        throw new Error('closed');
      },
    },
    "returned a value that can't be read: closed",
  ],
  ['another kind', { kind: 'finished' }, 'returned {"kind":"finished"}'],
  [
    'a failure without a message',
    { kind: 'failed' },
    "returned no `message` with { kind: 'failed' }",
  ],
  ['a result that is no object', { kind: 'done', result: 3 }, 'expected a JSON object'],
  [
    'a large result',
    { kind: 'done', result: { a: 'x'.repeat(20_000) } },
    'at most 16000 are allowed',
  ],
  [
    'an endless wait',
    { kind: 'retry', message: 'x', afterMs: Number.NaN },
    'expected milliseconds',
  ],
];

test.each(NONSENSE)(
  '%s as an answer stops the run, and the call counts as lost',
  async (_, answer, fault) => {
    const calls = new Calls();
    const run = (async ({ key }: { key: string }) => {
      calls.add(key);
      return answer;
    }) as unknown as Run;
    const one = bench(each('in-doubt', run), 300);
    const end = await alive(one.start(JOB));
    expect(end.stop).toMatchObject({ kind: 'fatal' });
    expect(exitCodeForEnd(end, null)).toBe(2);
    expect(end.counts['in-doubt']).toBe(calls.size);
    expect(calls.size).toBeLessThan(20);
    expect(one.items(end.run, 'in-doubt')[0]?.message).toContain(fault);
  },
);

test.each([
  [
    'too few outcomes',
    (keys: string[]) => new Map([[keys[0], DONE]]),
    '1 outcomes for 5 items: none for',
  ],
  [
    'an unknown key',
    (keys: string[]) => new Map([...keys, 'x'].map((key) => [key, DONE])),
    'an outcome for "x", which it did not get',
  ],
  ['an array', (keys: string[]) => keys.map(() => DONE), 'expected a Map of outcomes by item key'],
])('a batch that returns %s stops the run', async (_, answer, fault) => {
  const one = bench({
    shape: 'batch',
    maxItems: 5,
    lostAnswer: 'in-doubt',
    run: (async (items: { key: string }[]) => answer(items.map(({ key }) => key))) as never,
  });
  const end = await alive(one.start(JOB));
  expect(end.stop).toMatchObject({ kind: 'fatal', failure: { fatalCause: 'job' } });
  expect(one.items(end.run, 'in-doubt')[0]?.message).toContain(fault);
});

test.each(LOST)(
  '%s: after a kill during the calls, no item gets a second effect',
  async (lostAnswer) => {
    const effects = new Calls();
    const happened = new Set<string>();
    const run: Run = async ({ key }) => {
      // A call that may be repeated has one effect, however often it is called.
      if (lostAnswer !== 'repeat' || !happened.has(key)) effects.add(key);
      happened.add(key);
      return DONE;
    };
    let kills = 0;
    for (let hit = 1; hit < 12; hit += 1) {
      effects.clear();
      happened.clear();
      const one = bench(each(lostAnswer, run, happened));
      const first = await one.start(JOB, { death: { point: 'group-commit', hit } });
      if (first !== null) break;
      kills += 1;
      // A process that died before the run existed has nothing to continue.
      const end = await alive(effects.size === 0 ? one.start(JOB) : one.resume());
      expect([...effects.values()].every((times) => times === 1)).toBe(true);
      const { done, 'in-doubt': doubtful } = end.counts;
      expect(done + doubtful).toBe(12);
      if (lostAnswer !== 'in-doubt') expect(done).toBe(12);
    }
    expect(kills).toBeGreaterThan(0);
  },
);

test('a resume refuses code that has changed, and accepts it with a word of the user', async () => {
  const calls = new Calls();
  const run: Run = async ({ key }) => {
    calls.add(key);
    return DONE;
  };
  const one = bench(each('in-doubt', run));
  expect(await one.start(JOB, { death: { point: 'group-commit', hit: 4 } })).toBeNull();
  one.code = loadedOperation(each('in-doubt', run), '2');
  const before = calls.size;
  await expect(one.resume()).rejects.toThrow(/^steps\[0\]\.uses: \.\/step\.mjs has changed since/);
  await expect(one.resume({ job: JOB })).rejects.toThrow('add --allow-code --accept-changed-code');
  expect(calls.size).toBe(before);
  const end = await alive(one.resume({ acceptsChangedCode: true, job: JOB }));
  expect(end.counts.done + end.counts['in-doubt']).toBe(12);
  expect([...calls.values()].every((times) => times === 1)).toBe(true);
  expect(await alive(one.resume({ run: end.run }))).toMatchObject({ run: end.run });
});

test('an own operation that nobody can undo asks first', async () => {
  const calls = new Calls();
  const run: Run = async ({ key }) => {
    calls.add(key);
    return DONE;
  };
  const one = bench({ ...each('in-doubt', run), irreversible: true });
  const end = await alive(one.start(JOB, { confirm: async () => 'no' }));
  expect(end.state).toBe('declined');
  expect(calls.size).toBe(0);
});

test('a stopped call can send nothing more', async () => {
  const late: string[] = [];
  const run: Run = async ({ file }, { rest, signal }) => {
    signal.addEventListener('abort', () => {
      rest({ method: 'PUT', path: `/files/${file}/metadata/late/`, body: 'yes' }).catch(
        (error: Error) => late.push(error.message),
      );
    });
    return new Promise(() => undefined);
  };
  const one = bench({ ...each('in-doubt', run), timeLimitMs: 1000 }, 2);
  await alive(one.start(JOB));
  expect(late).toEqual(Array(2).fill('./step.mjs sends a request after the end of its call'));
  expect(one.mutations).toEqual([]);
});

test('the events of a run name each item that ended, once', async () => {
  const one = bench(
    each('repeat', async ({ attempt }) =>
      attempt === 0 ? { kind: 'retry', message: 'busy' } : { kind: 'failed', message: 'no' },
    ),
  );
  const end = await alive(one.start(JOB));
  const ended = one.events.flatMap((event) => (event.kind === 'items-settled' ? event.items : []));
  const keys = one.items(end.run).map(({ key }) => ({ key, outcome: 'failed' }));
  expect(ended.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual(
    keys.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
  );
});
