// Tests src/engine/loop/window.ts.

import { expect, test } from 'vitest';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const CLEANUP = {
  source: { files: { stored: false, pageSize: 100 } },
  steps: [{ uses: 'delete' }],
  recheckAfter: '10m',
};

/** A run whose confirmation takes an hour, in which a file that it selected is stored by somebody. */
async function runWithLateYes(bench: RunBench, job: object) {
  const mine = bench.emulator.projects[0]!.seededFile(7).uuid;
  const end = await alive(
    bench.start(job, {
      confirm: async () => {
        await new Promise<void>((resolve) => bench.clock.after(3_600_000, resolve));
        bench.storeElsewhere(mine);
        return true;
      },
    }),
  );
  return { end, mine };
}

test('a file that was stored while the run waited for its yes is not deleted', async () => {
  const bench = runBench({ files: 250, storedShare: 0 });

  const { end, mine } = await runWithLateYes(bench, CLEANUP);

  expect(bench.emulator.projects[0]!.file(mine)).toMatchObject({ removedAt: null });
  expect(end.counts).toMatchObject({ done: 249, skipped: 1, total: 250 });
  expect(end.reasons).toEqual([{ state: 'skipped', reason: 'stored meanwhile', count: 1 }]);
});

test('each page is listed again once, whatever the number of windows on it', async () => {
  const bench = runBench({ files: 1200, storedShare: 0 });
  const job = { ...CLEANUP, source: { files: { stored: false, pageSize: 400 } } };

  await runWithLateYes(bench, job);

  const lists = bench.sent.filter(({ target }) => target.startsWith('/files/?'));
  expect(lists).toHaveLength(6);
});

test('pages that are listed again hold the claims back, however many items there are', async () => {
  const bench = runBench({ files: 6000, storedShare: 0 });
  let most = 0;
  const { confirm } = { confirm: async () => true };
  const end = await alive(
    bench.start(
      { ...CLEANUP, source: { files: { stored: false, pageSize: 1000 } }, recheckAfter: '1ms' },
      {
        confirm,
        listener: (event) => {
          if (event.kind === 'items-settled') most = Math.max(most, event.counts.running);
        },
      },
    ),
  );

  expect(end.counts.done).toBe(6000);
  expect(most).toBeLessThanOrEqual(2 * 4 * 100);
});

test('a file that is missing and in doubt at an earlier step does not hold back the deletes of others', async () => {
  const bench = runBench({ autostore: false });
  const project = bench.emulator.projects[0]!;
  for (let picture = 0; picture < 3; picture += 1) {
    project.addFile({ mimeType: 'image/png', isImage: true, storedAt: null });
  }
  let lost = '';
  bench.fault = ({ target, body }) => {
    if (lost !== '' || !target.endsWith('/remove_bg/execute/')) return null;
    lost = (JSON.parse(body ?? '') as { target: string }).target;
    bench.clock.after(1000, () => bench.storeElsewhere(lost));
    return 'reset-after-effect';
  };
  const steps = [{ uses: 'addon/remove_bg' }, { uses: 'delete' }];
  const drain = new AbortController();
  const end = await alive(
    bench.start(
      { ...CLEANUP, steps },
      {
        drain: drain.signal,
        confirm: () => new Promise((resolve) => bench.clock.after(3_600_000, () => resolve(true))),
        // What never ends is ended here.
        listener: () => bench.sent.length > 200 && drain.abort(),
      },
    ),
  );

  expect(end.stop).toBeNull();
  expect(end.counts).toMatchObject({ done: 2, 'in-doubt': 1 });
  expect(project.file(lost)).toMatchObject({ removedAt: null });
});
