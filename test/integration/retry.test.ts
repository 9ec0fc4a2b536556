import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import { CRASH_POINTS, type World } from '../../src/core/world.ts';
import type { RetryWanted } from '../../src/run/failed-items.ts';
import { retryRun } from '../../src/run/retry-run.ts';
import { reviewRetry } from '../../src/run/review-retry.ts';
import type { Confirmation, RunEnd } from '../../src/run/run-request.ts';
import { controlRun } from '../../src/state/control-run.ts';
import { readRun } from '../../src/state/read-runs.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { toSchema } from '../support/older-ledger.ts';
import { pictureBench } from '../support/picture-bench.ts';
import { alive, answerWith, type LifeChanges, type RunBench } from '../support/run-bench.ts';
import { untilSettled } from '../support/virtual-clock.ts';

const ALL: RetryWanted = { codes: null, where: null };
const TAG = { id: 'tag', uses: 'metadata', with: { set: { seen: 'yes' } } };
const CUT = { id: 'cut', uses: 'addon/remove_bg' };

function retry(
  bench: RunBench,
  run: RunId,
  { wanted = ALL, job, ...changes }: LifeChanges & { wanted?: RetryWanted; job?: object } = {},
): Promise<RunEnd | null> {
  const request = { run, wanted, ...(job !== undefined && { job: bench.job(job) }) };
  return bench.live(changes, (context) => retryRun(request, context));
}

/** Refuses the metadata of these files with 400 until `heal` is called. */
function refuseMetadata(bench: RunBench, files: readonly string[]): { heal: () => void } {
  let isIll = true;
  bench.answer = ({ target }) => {
    const isTheirs = files.some((file) => target.startsWith(`/files/${file}/metadata/`));
    return isIll && isTheirs ? answerWith(bench, 400, { detail: 'no' }) : null;
  };
  return {
    heal() {
      isIll = false;
    },
  };
}

/** Lets the paid jobs of these files end in an error until `heal` is called. */
function failJobs(bench: RunBench, files: readonly string[]): { heal: () => void } {
  let isIll = true;
  const tokens = new Set<string>();
  bench.answer = ({ target, body }) => {
    if (!isIll) return null;
    const [file] = files.filter((uuid) => target.endsWith('/execute/') && body?.includes(uuid));
    if (file !== undefined) {
      tokens.add(file);
      return answerWith(bench, 200, { request_id: file });
    }
    const token = /request_id=([\w-]+)/.exec(target)?.[1] ?? '';
    return tokens.has(token) ? answerWith(bench, 200, { status: 'error' }) : null;
  };
  return {
    heal() {
      isIll = false;
    },
  };
}

test('failed items get a new attempt in the same run, and steps that are done are not repeated', async () => {
  const { bench, inline, source } = pictureBench(5);
  const ill = refuseMetadata(bench, inline.slice(0, 2));
  const steps = [{ uses: 'store' }, TAG];
  const first = await alive(bench.start({ source, steps }));
  expect(first).toMatchObject({ state: 'finished', counts: { done: 3, failed: 2 } });

  ill.heal();
  const sentBefore = bench.mutations.length;
  const end = await alive(retry(bench, first.run));
  expect(end).toMatchObject({ run: first.run, state: 'finished', counts: { done: 5, failed: 0 } });
  expect(bench.mutations.length - sentBefore).toBe(2);
  expect(bench.effects('store')).toEqual({ changed: 5, twice: 0 });
  expect(end.reasons).toEqual([]);
});

test('the review counts what would be retried, and changes nothing', async () => {
  const { bench, inline, source } = pictureBench(3);
  refuseMetadata(bench, inline.slice(0, 2));
  const { run } = await alive(bench.start({ source, steps: [TAG] }));
  const before = bench.items(run);
  expect(reviewRetry(bench.directory, run, ALL)).toMatchObject({
    failed: 2,
    items: 2,
    retried: [{ step: 'tag', code: 'http_400', items: 2 }],
    refused: [],
  });
  expect(bench.items(run)).toEqual(before);
});

test('an item whose retry fails again can be retried again', async () => {
  const { bench, inline, source } = pictureBench(2);
  const ill = refuseMetadata(bench, inline);
  const { run } = await alive(bench.start({ source, steps: [TAG] }));
  expect((await alive(retry(bench, run))).counts).toMatchObject({ failed: 2 });
  ill.heal();
  expect((await alive(retry(bench, run))).counts).toMatchObject({ done: 2, failed: 0 });
});

test('--code and --where choose the items', async () => {
  const { bench, inline, source } = pictureBench(3);
  const ill = refuseMetadata(bench, inline);
  const { run } = await alive(bench.start({ source, steps: [TAG] }));
  ill.heal();
  const where = `code == "http_400" && step == "tag" && attempts < 1 && item.key == "${inline[1]}"`;
  const wanted = { codes: ['http_400'], where };
  const end = await alive(retry(bench, run, { wanted }));
  expect(end.counts).toMatchObject({ done: 1, failed: 2 });
  expect(bench.items(run, 'done').map(({ key }) => key)).toEqual([inline[1]]);
});

test('a code that no item has is refused with the codes that exist', async () => {
  const { bench, inline, source } = pictureBench(1);
  refuseMetadata(bench, inline);
  const { run } = await alive(bench.start({ source, steps: [TAG] }));
  const wanted = { codes: ['http_500'], where: null };
  expect(() => reviewRetry(bench.directory, run, wanted)).toThrow(
    /"http_500"\. Nothing was changed\. The failed items have:\n {2}http_400 \(1\)/,
  );
});

test.each([
  ['code ==', /--where is not a condition/],
  ['code', /--where is string, expected true or false/],
  ['colour == "red"', /--where is not a condition: Unknown variable: colour/],
  ['file.sise > 3', /--where reads file\.sise, which does not exist/],
  ['has(steps.cut.file)', /--where reads steps\.cut, which the job does not have; known: tag/],
  ['item.columns.name == "a"', /--where fails for item .*Nothing was changed/],
])('a wrong condition is refused: %s', async (where, message) => {
  const { bench, inline, source } = pictureBench(1);
  refuseMetadata(bench, inline);
  const { run } = await alive(bench.start({ source, steps: [TAG] }));
  expect(() => reviewRetry(bench.directory, run, { codes: null, where })).toThrow(message);
});

test('a condition on a field that the run did not store takes no item', async () => {
  const { bench, inline, source } = pictureBench(1);
  refuseMetadata(bench, inline);
  const { run } = await alive(bench.start({ source, steps: [TAG] }));
  const wanted = { codes: null, where: 'file.size > 0.0' };
  expect(reviewRetry(bench.directory, run, wanted)).toMatchObject({ items: 0, undecidable: 1 });
});

test('an item in doubt is never taken', async () => {
  const { bench, inline, source } = pictureBench(2);
  bench.fault = ({ target, body }) =>
    target.endsWith('/execute/') && body?.includes(inline[0]!) ? 'reset-after-effect' : null;
  const { run, counts } = await alive(bench.start({ source, steps: [CUT] }));
  expect(counts).toMatchObject({ 'in-doubt': 1, done: 1 });
  bench.fault = () => null;
  expect(reviewRetry(bench.directory, run, ALL)).toMatchObject({
    items: 0,
    inDoubt: 1,
    refused: [],
  });
  await expect(retry(bench, run)).rejects.toThrow(/No failed item of run .* can be retried/);
  expect(bench.items(run, 'in-doubt')).toHaveLength(1);
  expect(bench.effects('remove_bg')).toEqual({ changed: 2, twice: 0 });
});

test('an item is not taken if its request made a file', async () => {
  const { bench, source } = pictureBench(1);
  bench.changeFile = (file) => {
    if (file['uuid'] !== source.inline[0]) file['is_ready'] = false;
  };
  const first = await alive(bench.start({ source, steps: [CUT] }));
  expect(first.reasons).toMatchObject([{ state: 'failed', reason: 'output_not_ready' }]);
  expect(reviewRetry(bench.directory, first.run, ALL)).toMatchObject({
    items: 0,
    refused: [{ code: 'output_not_ready', obstacle: 'made-file', items: 1 }],
  });
  await expect(retry(bench, first.run)).rejects.toThrow(/No failed item/);
  expect(bench.effects('remove_bg').changed).toBe(1);
});

test('a lost answer of a repeatable operation is retried', async () => {
  const { bench, source } = pictureBench(2);
  let isIll = true;
  bench.answer = ({ target }) =>
    isIll && target.includes('/metadata/') ? answerWith(bench, 500, {}) : null;
  const first = await alive(bench.start({ source, steps: [TAG] }));
  expect(first.reasons).toMatchObject([{ state: 'failed', reason: 'gave_up', count: 2 }]);
  isIll = false;
  const end = await alive(retry(bench, first.run));
  expect(end.counts).toMatchObject({ done: 2, failed: 0 });
});

test('a paid job that ended in an error is asked for again, counted and done once', async () => {
  const { bench, inline, source } = pictureBench(3);
  const ill = failJobs(bench, inline.slice(0, 2));
  const prices = { currency: 'EUR', remove_bg: '0.10' };
  const first = await alive(bench.start({ source, steps: [CUT], prices }));
  expect(first).toMatchObject({ counts: { done: 1, failed: 2 }, paid: [{ spent: 3 }] });
  expect(first.cost).toMatchObject({ atMost: '0.30', planned: '0.30' });
  ill.heal();
  const asked: Confirmation[] = [];
  const confirm = async (question: Confirmation) => {
    asked.push(question);
    return 'yes' as const;
  };
  const end = await alive(retry(bench, first.run, { confirm }));
  expect(asked).toMatchObject([
    { isRetry: true, items: 2, effects: [{ kind: 'pay', name: 'remove_bg', count: 2 }] },
  ]);
  expect(end).toMatchObject({ counts: { done: 3, failed: 0 }, paid: [{ spent: 5 }] });
  expect(end.cost).toMatchObject({ atMost: '0.50', planned: '0.50' });
  expect(bench.effects('remove_bg')).toEqual({ changed: 3, twice: 0 });
});

test('a yes that comes after the window has closed changes nothing, and with a wait counts in the next one', async () => {
  const { bench, inline, source } = pictureBench(3);
  const ill = failJobs(bench, inline.slice(0, 2));
  const window = '06:00-13:00 UTC';
  const { run } = await alive(bench.start({ source, steps: [CUT], window }));
  ill.heal();
  const sent = bench.sent.length;
  const confirm = async () => {
    await bench.clock.sleep(3_600_000);
    return 'yes' as const;
  };
  await expect(retry(bench, run, { confirm })).rejects.toThrow('Nothing was sent');
  expect(bench.sent).toHaveLength(sent);
  expect(bench.items(run, 'failed')).toHaveLength(2);

  const open = Date.parse('2026-11-22T06:00:00Z');
  const end = await alive(retry(bench, run, { confirm, waitsForWindow: true }));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 3 } });
  expect(bench.sent[sent]!.at).toBeGreaterThanOrEqual(open);
});

test('`ucbulk stop` ends a retry that waits because its answer came after the window', async () => {
  const { bench, inline, source } = pictureBench(3);
  const ill = failJobs(bench, inline.slice(0, 2));
  const { run } = await alive(bench.start({ source, steps: [CUT], window: '06:00-13:00 UTC' }));
  ill.heal();
  const sent = bench.sent.length;
  const confirm = async () => {
    await bench.clock.sleep(3_600_000);
    return 'yes' as const;
  };
  const limits = { controlEveryMs: 1000 };
  const retried = retry(bench, run, { confirm, waitsForWindow: true, limits });
  const driven = <Result>(work: Promise<Result>) =>
    untilSettled(bench.clock, work, Number.POSITIVE_INFINITY);
  await driven(bench.clock.sleep(7_200_000));
  const clock = bench.clock as unknown as World['clock'];
  const request = { run, change: { state: 'stopped' } } as const;

  const stopped = await driven(controlRun(bench.directory, request, { clock }));

  expect(stopped).toMatchObject({ outcome: 'applied', hasEnded: true });
  expect(await retried).toMatchObject({ state: 'interrupted', stop: { kind: 'user' } });
  await driven(bench.clock.sleep(86_400_000));
  expect(bench.sent).toHaveLength(sent);
  expect(bench.items(run, 'failed')).toHaveLength(2);
});

test.each([
  ['no', /the answer was no\. Nothing was changed/],
  ['unanswered', /there was no answer\. Nothing was changed/],
] as const)('without a yes, nothing is paid again: %s', async (answer, message) => {
  const { bench, inline, source } = pictureBench(2);
  failJobs(bench, inline.slice(0, 1));
  const first = await alive(bench.start({ source, steps: [CUT] }));
  const sent = bench.sent.length;
  const confirm = async () => answer;
  await expect(retry(bench, first.run, { confirm })).rejects.toThrow(message);
  expect(bench.sent.length).toBe(sent);
  const status = await readRun(bench.directory, first.run, createSystemWorld());
  expect(status).toMatchObject({ state: 'finished', counts: { done: 1, failed: 1 } });
});

test('a retry stops at limits.paid, and a resume with a raised limit pays for the rest', async () => {
  const { bench, inline, source } = pictureBench(3);
  const ill = failJobs(bench, inline.slice(0, 2));
  const job = { source, steps: [CUT] };
  const limited = { ...job, limits: { paid: { remove_bg: 4 } } };
  const first = await alive(bench.start(limited));
  ill.heal();
  const stopped = await alive(retry(bench, first.run));
  expect(stopped).toMatchObject({ stop: { kind: 'budget' }, paid: [{ spent: 4 }] });
  const raised = { ...job, limits: { paid: { remove_bg: 5 } } };
  const confirm = () => Promise.reject(new Error('asked twice for one payment'));
  const end = await alive(bench.resume({ run: first.run, job: raised, confirm }));
  expect(end).toMatchObject({ counts: { done: 3 }, paid: [{ spent: 5 }] });
});

test('a paid item whose request had no effect is retried without another question', async () => {
  const { bench, inline, source } = pictureBench(2);
  let isIll = true;
  bench.answer = ({ target, body }) =>
    isIll && target.endsWith('/execute/') && body?.includes(inline[0]!)
      ? answerWith(bench, 400, { detail: 'no' })
      : null;
  const first = await alive(bench.start({ source, steps: [CUT] }));
  expect(first).toMatchObject({ counts: { done: 1, failed: 1 }, paid: [{ spent: 1 }] });
  isIll = false;
  const confirm = () => Promise.reject(new Error('asked'));
  const end = await alive(retry(bench, first.run, { confirm }));
  expect(end).toMatchObject({ counts: { done: 2 }, paid: [{ spent: 2 }] });
});

test('an item that continued after its failure is not taken', async () => {
  const { bench, inline, source } = pictureBench(2);
  refuseMetadata(bench, inline.slice(0, 1));
  const steps = [{ ...TAG, onFailure: 'continue' }, { uses: 'store' }];
  const first = await alive(bench.start({ source, steps }));
  expect(first.counts).toMatchObject({ done: 1, failed: 1 });
  expect(reviewRetry(bench.directory, first.run, ALL)).toMatchObject({
    items: 0,
    refused: [{ step: 'tag', code: 'http_400', obstacle: 'continued', items: 1 }],
  });
});

test.each([1, 2])(
  'a ledger of schema %i: only failures of repeatable operations are retried',
  async (schema) => {
    const { bench, inline, source } = pictureBench(3);
    const [cut = '', tagged = ''] = inline;
    let isIll = true;
    bench.answer = ({ target, body }) => {
      const isCut = target.endsWith('/execute/') && body?.includes(cut);
      const isTagged = target.startsWith(`/files/${tagged}/metadata/`);
      return isIll && (isCut || isTagged) ? answerWith(bench, 400, { detail: 'no' }) : null;
    };
    const { run } = await alive(bench.start({ source, steps: [CUT, TAG] }));
    toSchema(join(bench.directory, 'runs', `${run}.db`), schema);
    isIll = false;
    expect(reviewRetry(bench.directory, run, ALL)).toMatchObject({
      failed: 2,
      items: 1,
      retried: [{ step: 'tag', items: 1 }],
      refused: [{ step: 'cut', obstacle: 'not-recorded', items: 1, example: cut }],
    });
    const end = await alive(retry(bench, run));
    expect(end.counts).toMatchObject({ done: 2, failed: 1 });
    expect(bench.effects('remove_bg')).toEqual({ changed: 2, twice: 0 });
  },
);

test('the retry is durable before the first request: a resume continues it', async () => {
  const { bench, inline, source } = pictureBench(2);
  const ill = refuseMetadata(bench, inline);
  const { run } = await alive(bench.start({ source, steps: [TAG] }));
  ill.heal();
  const healthy = bench.answer;
  bench.answer = () => answerWith(bench, 401, { detail: 'no' });
  await retry(bench, run).catch(() => null);
  const status = await readRun(bench.directory, run, createSystemWorld());
  expect(status.counts).toMatchObject({ pending: 2, failed: 0 });
  expect(status.state).not.toBe('finished');
  bench.answer = healthy;
  const end = await alive(bench.resume());
  expect(end).toMatchObject({ run, state: 'finished', counts: { done: 2 } });
});

test.each([1, 2, 3])(
  'a retry that is killed at any point, time %i, and resumed pays once for each item',
  async (hit) => {
    for (const point of CRASH_POINTS) {
      const { bench, inline, source } = pictureBench(4);
      const ill = failJobs(bench, inline.slice(0, 2));
      const first = await alive(bench.start({ source, steps: [CUT, { uses: 'store' }] }));
      ill.heal();
      let confirmed = 0;
      const confirm = async ({ effects }: Confirmation) => {
        confirmed += effects[0]?.count ?? 0;
        return 'yes' as const;
      };
      const died = await retry(bench, first.run, { death: { point, hit }, confirm });
      const end = await alive(bench.resume({ run: first.run, confirm }));
      expect(died === null || end.state === 'finished', point).toBe(true);
      const { done, 'in-doubt': inDoubt, failed } = end.counts;
      expect(done + inDoubt + failed, point).toBe(4);
      expect(failed, point).toBe(0);
      expect(confirmed, point).toBe(2);
      // A request whose intent was written, but which was not sent, puts its item in doubt.
      const effects = bench.effects('remove_bg');
      expect(effects.twice, point).toBe(0);
      expect(effects.changed, point).toBeGreaterThanOrEqual(done);
      expect(effects.changed, point).toBeLessThanOrEqual(done + inDoubt);
      expect(inDoubt, point).toBeLessThanOrEqual(2);
      expect(end.paid[0]?.spent, point).toBe(6);
    }
  },
  60_000,
);
