// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
// Tests src/run/run-costs.ts and src/ledger/cost-table.ts.

import { expect, test } from 'vitest';
import { exitCodeForEnd, exitCodeForError } from '../../src/cli/exit-code.ts';
import { toMoney } from '../../src/core/money.ts';
import { parseRunId } from '../../src/core/run.ts';
import { CRASH_POINTS } from '../../src/core/world.ts';
import { costTexts } from '../../src/report/cost-texts.ts';
import type { RunContext, RunEnd } from '../../src/run/run-request.ts';
import { readRun } from '../../src/state/read-runs.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { program } from '../support/program-line.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const CUT = { id: 'cut', uses: 'addon/remove_bg' };
const STEPS = [CUT, { uses: 'store', with: { file: '${{ steps.cut.file }}' } }];
const PRICES = { currency: 'EUR', request: '0.001', remove_bg: '0.10' };
const RUN = parseRunId('run-1');

function pictures({ emulator }: RunBench, count: number): string[] {
  const uploadedAt = '2026-11-01T10:00:00.000000Z';
  return Array.from({ length: count }, () => {
    const file = { mimeType: 'image/png', isImage: true, uploadedAt, storedAt: uploadedAt };
    return emulator.projects[0]!.addFile(file).uuid;
  });
}

function jobOf(
  inline: readonly string[],
  cost: string | undefined,
  prices: object = PRICES,
): object {
  return {
    source: { inline },
    steps: STEPS,
    prices,
    labels: { team: 'web' },
    ...(cost !== undefined && { limits: { cost } }),
  };
}

/** Uploadcare charges for each cut-out and each request. */
function realCost(bench: RunBench, { remove_bg, request }: typeof PRICES = PRICES): bigint {
  const cuts = bench.effects('remove_bg').changed;
  return BigInt(cuts) * toMoney(remove_bg) + BigInt(bench.sent.length) * toMoney(request);
}

function atMost({ cost }: RunEnd): bigint {
  return toMoney(cost?.atMost ?? '0');
}

test('a run stops before it costs more than its limit, finishes what it paid for, and continues after a raise', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 20);

  const end = await alive(bench.start(jobOf(inline, '1.50'), { concurrency: 8 }));

  expect(exitCodeForEnd(end, null)).toBe(8);
  expect(end.stop).toMatchObject({ kind: 'budget', mustBeRaised: true });
  expect((end.stop as { message: string }).message).toMatch(
    /^The budget of 1\.50 EUR \(limits\.cost\) is not enough for one more remove_bg \(0\.10 EUR\): the run already costs up to 1\.\d+ EUR\. \d+ items wait for it\. Raise it in the job file, then run `ucbulk resume --job FILE`\.$/,
  );
  expect(end.counts.done).toBeGreaterThan(8);
  expect(end.counts.done + end.counts.pending).toBe(20);
  expect(bench.effects('store').changed).toBe(end.counts.done);
  expect(atMost(end)).toBe(realCost(bench));
  expect(atMost(end)).toBeLessThanOrEqual(toMoney('1.50'));
  expect(end.cost).toMatchObject({ currency: 'EUR', certain: end.cost?.atMost, planned: '2.00' });
  expect(end.labels).toEqual({ team: 'web' });

  const more = await alive(bench.resume({ job: jobOf(inline, '10'), concurrency: 8 }));
  expect(more).toMatchObject({ state: 'finished', counts: { done: 20 } });
  expect(bench.effects('remove_bg')).toEqual({ changed: 20, twice: 0 });
  expect(atMost(more)).toBe(realCost(bench));
  const status = await readRun(bench.directory, RUN, createSystemWorld());
  expect(status.cost).toEqual(more.cost);
});

test('killed at every durable boundary and resumed, a run never costs more than its limit', async () => {
  for (const point of CRASH_POINTS.filter((other) => other !== 'migration-step')) {
    for (const hit of [2, 7]) {
      const bench = runBench({ autostore: false, seed: hit });
      let starts = 0;
      bench.fault = ({ target }) => {
        if (!target.endsWith('/execute/')) return null;
        starts += 1;
        if (starts % 5 === 0) return 'throttled';
        return starts % 7 === 0 ? 'reset-before-effect' : null;
      };
      const job = jobOf(pictures(bench, 12), '0.95');
      const death = { point, hit };
      let end = await bench.start(job, { concurrency: 8, death });
      end ??= await bench.resume({ run: RUN, concurrency: 8, death });
      end ??= await alive(bench.resume({ run: RUN, concurrency: 8 }));

      const place = `${point} ${hit}`;
      expect(bench.effects('remove_bg').twice, place).toBe(0);
      expect(atMost(end), place).toBeLessThanOrEqual(toMoney('0.95'));
      expect(realCost(bench), place).toBeLessThanOrEqual(atMost(end));
      expect(end.counts.done, place).toBeGreaterThan(0);
    }
  }
});

test('a limit that not even the requests fit into pays for nothing, and is never exceeded', async () => {
  for (const cost of ['0.001', '0.003', '0.01', '0.05']) {
    const bench = runBench({ autostore: false });
    const started = bench.start(jobOf(pictures(bench, 5), cost), { concurrency: 4 });
    const end = await alive(started).catch(() => null);
    expect(realCost(bench)).toBeLessThanOrEqual(toMoney(cost));
    expect(bench.effects('remove_bg').changed).toBe(0);
    if (end !== null) expect(exitCodeForEnd(end, null)).toBe(8);
  }
});

test.each([
  ['0.12', 1],
  ['0.13', 0],
])(
  'a limit of %s below the cost of one item is a warning of plan and run',
  async (cost, warnings) => {
    const bench = runBench({ autostore: false });
    const job = jobOf(pictures(bench, 2), cost);
    for (const work of ['plan', 'start'] as const) {
      const texts: string[] = [];
      const log: RunContext['log'] = (level, _, message) => {
        if (level === 'warn' && message.includes('limits.cost is')) texts.push(message);
      };

      await bench[work](job, { log });

      expect(texts).toHaveLength(warnings);
      if (warnings > 0) expect(texts[0]).toContain('one remove_bg needs 0.13 EUR');
    }
  },
);

test('a run that pays only for requests sends exactly those that its limit allows', async () => {
  const bench = runBench();
  const inline = pictures(bench, 60);
  const job = { source: { inline }, steps: [{ uses: 'info' }], prices: PRICES };
  const end = await alive(bench.start({ ...job, limits: { cost: '0.020' } }));
  expect(exitCodeForEnd(end, null)).toBe(8);
  expect(end.stop).toMatchObject({
    message:
      'The budget of 0.02 EUR (limits.cost) allows no further request. Raise it in the job file, then run `ucbulk resume --job FILE`.',
  });
  expect(bench.sent).toHaveLength(20);
  expect(atMost(end)).toBe(toMoney('0.020'));

  const last = await alive(bench.resume({ job: { ...job, limits: { cost: '1' } } }));
  expect(last.counts).toMatchObject({ done: 60, total: 60 });
  expect(atMost(last)).toBe(realCost(bench));
});

test('a killed run shows the requests that it reserved, and the money that it keeps for items in progress', async () => {
  const bench = runBench({ autostore: false });
  const job = jobOf(pictures(bench, 5), '5.00');
  const death = { point: 'intent-committed', hit: 3 } as const;
  expect(await bench.start(job, { concurrency: 1, death })).toBeNull();

  const { cost } = await readRun(bench.directory, RUN, createSystemWorld());

  const requests = cost?.parts.find(({ step }) => step === null);
  // 1/100 of the money that is left: 5.00 EUR pay for at most 5,000 requests.
  expect(requests?.reserved).toBeGreaterThan(20);
  expect(requests?.reserved).toBeLessThan(50);
  // The request of the last intent counts, although the process died before it was sent.
  expect(requests!.units - requests!.reserved).toBe(bench.sent.length + 1);
  // 30 requests for each of the five items that the process had claimed.
  expect(cost?.kept).toBe('0.15');

  const end = await alive(bench.resume());
  expect(end.cost?.kept).toBe('0.00');
  // Nobody knows that these requests were not sent, so they count until the end.
  expect(end.cost?.parts.map(({ reserved }) => reserved)).toEqual([0, requests?.reserved]);
});

test('an item in doubt counts, but not as certain', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 6);
  let starts = 0;
  bench.fault = ({ target }) => {
    if (!target.endsWith('/remove_bg/execute/')) return null;
    starts += 1;
    return starts === 2 ? 'reset-after-effect' : null;
  };
  const prices = { currency: 'EUR', remove_bg: '0.10' };
  const end = await alive(bench.start(jobOf(inline, undefined, prices)));
  expect(end.counts).toMatchObject({ done: 5, 'in-doubt': 1 });
  expect(end.cost).toMatchObject({ atMost: '0.60', certain: '0.50', planned: '0.60' });
});

test('a resume with other prices says so, and what was paid before keeps its price', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 10);
  const cheap = { currency: 'EUR', remove_bg: '0.10' };
  const first = await alive(bench.start(jobOf(inline, '0.40', cheap)));
  expect(first.cost?.atMost).toBe('0.40');

  const lines: string[] = [];
  const dear = { currency: 'EUR', remove_bg: '0.25' };
  const job = jobOf(inline, '1.00', dear);
  const second = await alive(
    bench.resume({ job, log: (_level, _facts, message) => void lines.push(message) }),
  );
  expect(lines).toContain(
    'The prices have changed: remove_bg: 0.10 → 0.25. Items that were paid for before keep their price.',
  );
  // Two more at the new price: a third would make 1.15 EUR.
  expect(second.counts).toMatchObject({ done: 6, pending: 4 });
  expect(second.cost?.atMost).toBe('0.90');
  // The other four can cost 0.25 EUR each.
  expect(second.cost?.planned).toBe('1.90');
  const report = { ...second, job: 'bench', labels: {}, ...second.cost! };
  expect([...costTexts(report)].slice(1).map((line) => line.replaceAll('"', '').trim())).toEqual([
    'run-1,bench,cut,remove_bg,4,0.10,0.40,1.90,EUR',
    'run-1,bench,cut,remove_bg,2,0.25,0.50,,EUR',
  ]);

  const dollars = jobOf(inline, '9', { currency: 'USD', remove_bg: '0.25' });
  await expect(bench.resume({ job: dollars })).rejects.toThrow(
    'counts its cost in EUR, and the price file is in USD. Nothing was sent.',
  );
});

test('the plan has the prices of its job, and the question names the sum', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 3);
  const path = await bench.freeze(jobOf(inline, '5'));
  const questions: unknown[] = [];
  const confirm = async (question: unknown) => {
    questions.push(question);
    return true;
  };
  const end = await alive(bench.apply(path, { confirm }));
  expect(questions).toMatchObject([
    {
      effects: [{ name: 'remove_bg', count: 3, cost: { amount: '0.30', currency: 'EUR' } }],
      costLimit: { amount: '5.00', currency: 'EUR' },
    },
  ]);
  expect(end.cost).toMatchObject({ planned: '0.30', limit: '5.00' });
  expect(atMost(end)).toBe(realCost(bench) - plannedRequests(bench));
});

/** The requests of the plan belong to no run. */
function plannedRequests({ sent }: RunBench): bigint {
  const ofPlan = sent.findIndex(({ target }, place) => place > 0 && target === '/project/');
  return BigInt(ofPlan) * toMoney(PRICES.request);
}

test.each([
  [{}, 'The run has ended, so it can get no prices any more.'],
  [{ limits: { paid: { remove_bg: 1 } } }, 'then resume the run with `--job FILE`'],
])('a report of costs without prices says what can be done: %j', async (limits, advice) => {
  const bench = runBench({ autostore: false });
  await alive(bench.start({ source: { inline: pictures(bench, 2) }, steps: [CUT], ...limits }));
  const { code, stderr } = await program('report run-1 --format costs', {
    UCBULK_STATE: bench.directory,
  });
  expect(code).toBe(2);
  expect(stderr).toContain('Run run-1 has no prices, so its cost is unknown.');
  expect(stderr).toContain(advice);
});

test('a limit that allows no request to begin with exits with 8, and says what to raise', async () => {
  const bench = runBench();
  const base = {
    source: { inline: pictures(bench, 60) },
    steps: [{ uses: 'info' }],
    prices: PRICES,
  };
  const limited = (limits: object) => ({ ...base, limits });
  const failure = async (work: Promise<unknown>) => {
    const error: unknown = await work.catch((reason: unknown) => reason);
    expect(exitCodeForError(error, null)).toBe(8);
    return (error as Error).message;
  };
  const spent = (cost: string) =>
    `The budget of ${cost} EUR (limits.cost) allows no further request.`;

  const none = `${spent('0.0005')} Raise it in the job file, then try again. No run was created.`;
  expect(await failure(bench.start(limited({ cost: '0.0005' })))).toBe(none);
  expect(await failure(bench.plan(limited({ cost: '0.0005' })))).toBe(none);

  const end = await alive(bench.start(limited({ cost: '0.020' })));
  expect(exitCodeForEnd(end, null)).toBe(8);
  const sent = bench.sent.length;
  expect(await failure(bench.resume())).toBe(
    `${spent('0.02')} Raise it in the job file, then run \`ucbulk resume --job FILE\`.`,
  );
  expect(bench.sent).toHaveLength(sent);
  const raised = await alive(bench.resume({ job: limited({ cost: '1' }) }));
  expect(raised).toMatchObject({ state: 'finished', counts: { done: 60 } });
});
