// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
// Tests src/engine/settings.ts.

import { expect, test } from 'vitest';
import type { RunLimits } from '../../src/run/run-request.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const HOUR = 3_600_000;
const LIFETIME = HOUR / 3;
/** Longer than results may wait, and shorter than they live. */
const OUTAGE = LIFETIME / 4;
const OF_CUT = '${{ steps.cut.file }}';
const STEPS = [
  { id: 'cut', uses: 'addon/remove_bg' },
  { id: 'tag', uses: 'tags', with: { file: OF_CUT, add: ['cutout'] } },
  { id: 'keep', uses: 'store', with: { file: OF_CUT } },
];

/** A service that removes what is unstored after twenty minutes, not a day; patience is as much shorter. */
function bench(): RunBench {
  return runBench({ autostore: false, unstoredLifetimeMs: LIFETIME });
}

const PATIENT: RunLimits = { resultsFirst: { patienceMs: (2 * HOUR) / 72 } };
const IMPATIENT: RunLimits = { resultsFirst: { patienceMs: 10_000 } };

function pictures({ emulator }: RunBench, count: number): string[] {
  const uploadedAt = '2026-11-01T10:00:00.000000Z';
  return Array.from({ length: count }, () => {
    const file = { mimeType: 'image/png', isImage: true, uploadedAt, storedAt: uploadedAt };
    return emulator.projects[0]!.addFile(file).uuid;
  });
}

/** So slow that all requests of 150 pictures take far longer than a result lives. */
const SLOW = { rate: 0.1, concurrency: 2 };

test('on a service that is slow, no result expires before it is stored', async () => {
  const slow = bench();
  const inline = pictures(slow, 150);

  const end = await alive(
    slow.start({ source: { inline }, steps: STEPS, limits: SLOW }, { ...SLOW, limits: PATIENT }),
  );

  expect(slow.clock.now() - slow.sent[0]!.at).toBeGreaterThan(2 * LIFETIME);
  expect(end.counts).toMatchObject({ done: 150, total: 150 });
  expect(slow.effects('store')).toEqual({ changed: 150, twice: 0 });
});

test('without that order they would expire', async () => {
  const slow = bench();
  const inline = pictures(slow, 150);

  const end = await alive(
    slow.start(
      { source: { inline }, steps: STEPS, limits: SLOW },
      { ...SLOW, limits: { resultsFirst: { isOn: false } } },
    ),
  );

  expect(end.counts.done).toBeLessThan(150);
  expect(slow.effects('remove_bg').changed).toBe(150);
});

test('a laptop that was closed for 20 hours stores what it made before it makes more', async () => {
  const laptop = runBench({ autostore: false });
  const inline = pictures(laptop, 120);
  const steps = [STEPS[0], { id: 'keep', uses: 'store', with: { file: OF_CUT } }];
  const drain = new AbortController();
  const first = laptop.start(
    { source: { inline }, steps, limits: { rate: 1 } },
    {
      drain: drain.signal,
      listener: () => {
        if (laptop.effects('remove_bg').changed >= 30) drain.abort();
      },
    },
  );
  const made = (await alive(first)).counts;
  const before = laptop.sent.length;
  laptop.clock.after(20 * HOUR, () => undefined);
  while (laptop.clock.now() < laptop.sent.at(-1)!.at + 20 * HOUR) laptop.clock.step();

  const end = await alive(laptop.resume());

  const sent = laptop.sent.slice(before);
  const firstStart = sent.findIndex(({ target }) => target.endsWith('/execute/'));
  const storedBefore = (place: number) =>
    sent
      .slice(0, place)
      .filter(({ target }) => target === '/files/storage/')
      .reduce((sum, { body }) => sum + (JSON.parse(body!) as string[]).length, 0);
  const left = 30 - made.done;
  expect(firstStart).toBeGreaterThan(left);
  expect(storedBefore(firstStart)).toBeGreaterThan(left / 2);
  expect(storedBefore(firstStart + 10)).toBeGreaterThanOrEqual(left);
  expect(end.counts).toMatchObject({ done: 120, total: 120 });
  expect(laptop.effects('store')).toEqual({ changed: 120, twice: 0 });
});

test('while results cannot be stored, no more of them are made', async () => {
  const down = bench();
  const inline = pictures(down, 600);
  const steps = [STEPS[0], { id: 'keep', uses: 'store', with: { file: OF_CUT } }];
  const start = down.clock.now();
  let madeWhileDown = 0;
  down.fault = ({ target }) => {
    if (down.clock.now() > start + OUTAGE) return null;
    madeWhileDown = down.effects('remove_bg').changed;
    return target === '/files/storage/' ? 'gateway-timeout' : null;
  };

  const end = await alive(
    down.start({ source: { inline }, steps, limits: { rate: 10 } }, { limits: IMPATIENT }),
  );

  expect(madeWhileDown).toBeGreaterThan(0);
  // Three windows of a hundred are claimed before the first result has waited too long.
  expect(madeWhileDown).toBeLessThan(400);
  expect(end.counts).toMatchObject({ done: 600, total: 600 });
});
