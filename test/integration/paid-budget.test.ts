// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
// Tests src/engine/loop/paid-budgets.ts.

import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import { parseRunId } from '../../src/core/run.ts';
import { CRASH_POINTS } from '../../src/core/world.ts';
import { LedgerReader } from '../../src/ledger/ledger-reader.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';

const OF_CUT = '${{ steps.cut.file }}';
const CUT = { id: 'cut', uses: 'addon/remove_bg' };
const STEPS = [CUT, { uses: 'store', with: { file: OF_CUT } }];
const DOCX = { uses: 'convert/document', with: { format: 'docx' } };

function pictures({ emulator }: RunBench, count: number): string[] {
  const uploadedAt = '2026-11-01T10:00:00.000000Z';
  return Array.from({ length: count }, () => {
    const file = { mimeType: 'image/png', isImage: true, uploadedAt, storedAt: uploadedAt };
    return emulator.projects[0]!.addFile(file).uuid;
  });
}

function jobOf(inline: readonly string[], paid: object, steps: readonly object[] = STEPS): object {
  return { source: { inline }, steps, limits: { paid } };
}

/** Places that the ledger says are taken. */
function spentOf({ directory }: RunBench, name = 'remove_bg'): number {
  const reader = LedgerReader.open(statePaths(directory).ledger(parseRunId('run-1')));
  try {
    return reader.paid.spent(name);
  } finally {
    reader.close();
  }
}

test('a spent budget closes its step: what was bought is finished, the rest waits for a raise', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 30);

  const end = await alive(bench.start(jobOf(inline, { remove_bg: 12 }), { concurrency: 8 }));

  expect(end).toMatchObject({ state: 'aborted', counts: { done: 12, pending: 18, total: 30 } });
  expect(exitCodeForEnd(end, null)).toBe(8);
  expect(end.stop).toMatchObject({
    message:
      'The budget of 12 remove_bg (limits.paid) is spent, and 18 items wait for it. Raise it in the job file, then run `ucbulk resume --job FILE`.',
  });
  expect(bench.effects('remove_bg')).toEqual({ changed: 12, twice: 0 });
  expect(bench.effects('store').changed).toBe(12);

  const same = await alive(bench.resume());
  expect(exitCodeForEnd(same, null)).toBe(8);
  expect(bench.effects('remove_bg').changed).toBe(12);

  const more = await alive(bench.resume({ job: jobOf(inline, { remove_bg: 20 }) }));
  expect(more.counts).toMatchObject({ done: 20, pending: 10 });
  const last = await alive(bench.resume({ job: jobOf(inline, { remove_bg: 30 }) }));
  expect(last).toMatchObject({ state: 'finished', counts: { done: 30 }, stop: null });
  expect(bench.effects('remove_bg')).toEqual({ changed: 30, twice: 0 });
});

test('killed at every durable boundary and resumed, it never buys one more than the budget', async () => {
  // A ledger whose creation is interrupted has no run, so nothing was bought.
  for (const point of CRASH_POINTS.filter((other) => other !== 'migration-step')) {
    for (const hit of [3, 9]) {
      const bench = runBench({ autostore: false, seed: hit });
      const job = jobOf(pictures(bench, 16), { remove_bg: 10 });
      let end = await bench.start(job, { concurrency: 8, death: { point, hit } });
      // The second life dies there as well: what it took for granted is in the ledger, or lost.
      const run = parseRunId('run-1');
      end ??= await bench.resume({ run, concurrency: 8, death: { point, hit } });
      end ??= await alive(bench.resume({ run, concurrency: 8 }));

      const { changed, twice } = bench.effects('remove_bg');
      const place = `${point} ${hit}`;
      expect({ spent: spentOf(bench), twice }, place).toEqual({ spent: 10, twice: 0 });
      expect(changed, place).toBeLessThanOrEqual(10);
      // What is in doubt may have been bought: it counts.
      expect(end.counts, place).toMatchObject({ done: 10 - end.counts['in-doubt'], pending: 6 });
      expect(exitCodeForEnd(end, null), place).toBe(8);
    }
  }
});

test('a request that surely did nothing gives its place back, a lost answer does not', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 20);
  let starts = 0;
  bench.fault = ({ target }) => {
    if (!target.endsWith('/remove_bg/execute/')) return null;
    starts += 1;
    if (starts === 3) return 'reset-after-effect';
    return starts % 2 === 0 ? 'throttled' : null;
  };
  bench.answer = ({ target, body }) => {
    const isRefused = target.endsWith('/execute/') && body?.includes(inline[0] ?? '') === true;
    return isRefused ? answerWith(bench, 400, { detail: 'Not an image' }) : null;
  };

  const end = await alive(bench.start(jobOf(inline, { remove_bg: 8 }), { concurrency: 8 }));

  expect(end.counts).toMatchObject({ failed: 1, 'in-doubt': 1, done: 7, pending: 11 });
  expect(bench.effects('remove_bg')).toEqual({ changed: 8, twice: 0 });
  expect(spentOf(bench)).toBe(8);
});

test('what was sent within the budget is looked up once it is spent, and not bought again', async () => {
  const bench = runBench();
  const inline = pictures(bench, 9);
  let starts = 0;
  bench.fault = ({ target }) => {
    if (!target.endsWith('/execute/')) return null;
    starts += 1;
    return starts % 2 === 0 ? 'reset-after-effect' : null;
  };
  const scan = [{ uses: 'addon/uc_clamav_virus_scan' }];

  const end = await alive(bench.start(jobOf(inline, { uc_clamav_virus_scan: 6 }, scan)));

  expect(end.counts).toMatchObject({ done: 6, pending: 3 });
  expect(starts).toBe(6);
  expect(exitCodeForEnd(end, null)).toBe(8);
});

test('a send that a look shows to have done nothing is repeated in the same place', async () => {
  const bench = runBench();
  const inline = pictures(bench, 5);
  let starts = 0;
  bench.fault = ({ target }) => {
    if (!target.endsWith('/execute/')) return null;
    starts += 1;
    return starts === 1 ? 'reset-before-effect' : null;
  };
  const scan = [{ uses: 'addon/uc_clamav_virus_scan' }];

  const end = await alive(bench.start(jobOf(inline, { uc_clamav_virus_scan: 5 }, scan)));

  expect(end).toMatchObject({ state: 'finished', counts: { done: 5 } });
  expect(starts).toBe(6);
  expect(spentOf(bench, 'uc_clamav_virus_scan')).toBe(5);
});

test('a request for several items takes no more of them than are paid for', async () => {
  const bench = runBench();
  const file = { mimeType: 'application/pdf', isImage: false, storedAt: '2026-11-01T10:00:00Z' };
  const known = Array.from({ length: 19 }, () => bench.emulator.projects[0]!.addFile(file).uuid);
  const inline = ['5223010b-aaaa-4bbb-8ccc-000000000001', ...known];

  const end = await alive(bench.start(jobOf(inline, { 'convert/document': 13 }, [DOCX])));

  // The one that the service names as a problem costs nothing.
  expect(end.counts).toMatchObject({ done: 13, failed: 1, pending: 6 });
  expect(bench.effects('convert_document')).toEqual({ changed: 13, twice: 0 });
  expect(spentOf(bench, 'convert/document')).toBe(13);
});

test('steps of one operation share its budget, and a budget of 0 buys nothing', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 6);
  const twice = [CUT, { uses: 'addon/remove_bg', with: { crop: true } }];

  const end = await alive(bench.start(jobOf(inline, { remove_bg: 7 }, twice)));
  expect(bench.effects('remove_bg').changed).toBe(7);
  expect(end.counts.pending).toBeGreaterThan(0);

  const none = runBench();
  await alive(none.start(jobOf(pictures(none, 3), { remove_bg: 0 })));
  expect(none.mutations).toEqual([]);
});
