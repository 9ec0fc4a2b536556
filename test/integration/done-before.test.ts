// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
// Tests src/engine/loop/skip-completed-work.ts.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listRuns } from '../../src/state/read-runs.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';
import { untilSettled } from '../support/virtual-clock.ts';

const OF_CUT = '${{ steps.cut.file }}';
const CUT = { id: 'cut', uses: 'addon/remove_bg' };
const KEEP = { id: 'keep', uses: 'store', with: { file: OF_CUT } };
const SCAN = { uses: 'addon/uc_clamav_virus_scan' };
const PDF = { uses: 'convert/document', with: { format: 'pdf' } };

function pictures({ emulator }: RunBench, count: number): string[] {
  const uploadedAt = '2026-11-01T10:00:00.000000Z';
  return Array.from({ length: count }, () => {
    const file = { mimeType: 'image/png', isImage: true, uploadedAt, storedAt: uploadedAt };
    return emulator.projects[0]!.addFile(file).uuid;
  });
}

test('a second run pays for nothing that the first one did, and goes on with its results', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 12);
  const old = await alive(bench.start({ source: { inline: inline.slice(0, 8) }, steps: [CUT] }));

  const end = await alive(bench.start({ source: { inline }, steps: [CUT, KEEP] }));

  expect(end.counts).toMatchObject({ done: 12, total: 12 });
  expect(bench.effects('remove_bg')).toEqual({ changed: 12, twice: 0 });
  expect(bench.effects('store')).toEqual({ changed: 12, twice: 0 });
  expect(end.reasons).toEqual([{ state: 'skipped', reason: 'done before', count: 8, step: 'cut' }]);

  const third = await alive(bench.start({ source: { inline }, steps: [CUT] }));
  expect(third.counts).toMatchObject({ skipped: 12, total: 12 });
  const items = bench.items(third.run);
  // Each message names the run that did the work, not one that skipped the file too.
  expect(items.map(({ message }) => message?.split(' did this')[0])).toEqual(
    inline.map((_, index) => `Run ${index < 8 ? old.run : end.run}`),
  );
  expect(items[0]).toMatchObject({ reason: 'done before' });
  expect(bench.items(old.run)[0]!.result).toEqual(items[0]!.result);
});

test('the reasons of a run add up to its counts, and so do the steps of its status', async () => {
  const bench = runBench({ autostore: true });
  const inline = pictures(bench, 6);
  const copy = { uses: 'copy-to-remote', with: { file: OF_CUT, target: 'backup' } };
  const job = { steps: [CUT, { id: 'out', ...copy }] };
  await alive(bench.start({ ...job, source: { inline: inline.slice(0, 5) } }));

  const end = await alive(bench.start({ ...job, source: { inline } }));

  expect(end.counts).toMatchObject({ done: 1, skipped: 5, total: 6 });
  expect(end.reasons).toEqual([
    { state: 'skipped', reason: 'exists', count: 5 },
    { state: 'skipped', reason: 'done before', count: 5, step: 'cut' },
  ]);
  const [status] = (await bench.live({}, ({ world }) => listRuns(bench.directory, world))) ?? [];
  expect(status).toMatchObject({
    steps: [
      { id: 'cut', passed: 6, counts: { total: 0 } },
      { id: 'out', passed: 1, counts: { done: 1, skipped: 5 } },
    ],
  });
});

test('other options are other work, and skipIfDone: false pays again', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 3);
  await alive(bench.start({ source: { inline }, steps: [CUT] }));

  const cropped = { ...CUT, with: { crop: true } };
  await alive(bench.start({ source: { inline }, steps: [cropped] }));
  expect(bench.effects('remove_bg').changed).toBe(6);

  await alive(bench.start({ source: { inline }, steps: [{ ...CUT, skipIfDone: false }] }));
  expect(bench.effects('remove_bg').changed).toBe(9);
});

test('a cutout that is gone is not paid for again, and nothing is done to it', async () => {
  const bench = runBench({ autostore: false, unstoredLifetimeMs: 3_600_000 });
  const inline = pictures(bench, 2);
  await alive(bench.start({ source: { inline }, steps: [CUT] }));
  bench.clock.after(2 * 3_600_000, () => undefined);
  for (const start = bench.clock.now(); bench.clock.now() < start + 7_200_000; ) bench.clock.step();

  const end = await alive(bench.start({ source: { inline }, steps: [CUT, KEEP] }));

  expect(end.counts).toMatchObject({ skipped: 2, total: 2 });
  expect(bench.items(end.run)[0]!.message).toMatch(/the file that it made \(.*\) is gone/);
  expect(bench.effects('remove_bg').changed).toBe(2);
  expect(bench.effects('store').changed).toBe(0);
});

test.each(['with', 'without'])(
  'a cutout that is gone stays gone for later runs, %s the ledger of the run that made it',
  async (how) => {
    const bench = runBench({ autostore: false, unstoredLifetimeMs: 3_600_000 });
    const inline = pictures(bench, 2);
    const first = await alive(bench.start({ source: { inline }, steps: [CUT] }));
    await untilSettled(bench.clock, bench.clock.sleep(7_200_000), bench.clock.now() + 7_300_000);

    for (const steps of [[CUT, KEEP], [CUT], [CUT, KEEP], [CUT, KEEP]]) {
      const end = await alive(bench.start({ source: { inline }, steps }));

      expect(end.counts).toMatchObject({ skipped: 2, total: 2 });
      const [item] = bench.items(end.run);
      expect(item).toMatchObject({ reason: 'done before' });
      expect(item!.message).toContain(`Run ${first.run} did this`);
      const isNamed = steps.length > 1 || how === 'without';
      expect(item!.message?.split('the file that it made')).toHaveLength(isNamed ? 2 : 1);
      if (how === 'without')
        rmSync(join(bench.directory, 'runs', `${first.run}.db`), { force: true });
    }
    expect(bench.effects('remove_bg').changed).toBe(2);
    expect(bench.effects('store').changed).toBe(0);
  },
);

test('a cutout that was not found for a while is used by a later run', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 1);
  const first = await alive(bench.start({ source: { inline }, steps: [CUT] }));
  const { file } = bench.items(first.run)[0]!.result as { file: string };
  bench.answer = ({ target }) => {
    if (target.startsWith('/files/search/')) return answerWith(bench, 200, { results: [] });
    const isRead = target.startsWith(`/files/${file}/`);
    return isRead ? answerWith(bench, 404, { detail: 'Not found.' }) : null;
  };
  const second = await alive(bench.start({ source: { inline }, steps: [CUT, KEEP] }));
  expect(second.counts).toMatchObject({ skipped: 1 });
  bench.answer = () => null;

  const third = await alive(bench.start({ source: { inline }, steps: [CUT, KEEP] }));

  expect(third.counts).toMatchObject({ done: 1 });
  expect(bench.effects('remove_bg').changed).toBe(1);
  expect(bench.emulator.projects[0]!.file(file)?.storedAt).not.toBeNull();
});

test('what another run has begun and not ended is not begun again', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 1);
  const first = await bench.start(
    { source: { inline }, steps: [CUT] },
    { death: { point: 'response-received', hit: 1 } },
  );
  expect(first).toBeNull();

  const end = await alive(bench.start({ source: { inline }, steps: [CUT] }));

  expect(end.reasons).toEqual([{ state: 'failed', reason: 'open_in_earlier_run', count: 1 }]);
  expect(bench.effects('remove_bg').changed).toBe(1);
});

test('a scan leaves its result at the file: whoever made it, it is not made again', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 3);
  await alive(bench.start({ source: { inline }, steps: [SCAN] }));
  const steps = [{ ...SCAN, with: { purgeInfected: true } }, { uses: 'info' }];
  const end = await alive(bench.start({ source: { inline }, steps }));

  expect(end.counts).toMatchObject({ done: 3 });
  expect(end.reasons).toEqual([
    { state: 'skipped', reason: 'done before', count: 3, step: '1-addon/uc_clamav_virus_scan' },
  ]);
  const executions = bench.sent.filter(({ target }) => target.endsWith('/execute/'));
  expect(executions).toHaveLength(3);
});

test('an infected file is scanned again where it is to be purged', async () => {
  const bench = runBench({ autostore: false, infectedShare: 1 });
  const inline = pictures(bench, 2);
  await alive(bench.start({ source: { inline }, steps: [SCAN] }));
  const purge = { ...SCAN, with: { purgeInfected: true } };

  const end = await alive(bench.start({ source: { inline }, steps: [purge] }));

  expect(end.counts).toMatchObject({ done: 2 });
  expect(bench.effects('purge_infected').changed).toBe(2);
});

test('a ledger that cannot be read stops a run that might pay twice, before anything is sent', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 2);
  const old = await alive(bench.start({ source: { inline }, steps: [CUT] }));
  writeFileSync(join(bench.directory, 'runs', `${old.run}.db`), 'damaged '.repeat(1000));
  const before = bench.sent.length;

  const refused = bench.start({ source: { inline }, steps: [CUT] });

  await expect(refused).rejects.toThrow(/can't be read.*ucbulk sends nothing.*skipIfDone: false/);
  expect(bench.sent).toHaveLength(before);
  const free = { uses: 'tags', with: { add: ['a'] } };
  const end = await alive(bench.start({ source: { inline }, steps: [free] }));
  expect(end.counts.done).toBe(2);
});

test('conversions are made again by another run, unless it says skipIfDone', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 2);
  await alive(bench.start({ source: { inline }, steps: [PDF] }));
  await alive(bench.start({ source: { inline }, steps: [PDF] }));
  expect(bench.effects('convert_document').changed).toBe(4);

  const end = await alive(
    bench.start({ source: { inline }, steps: [{ ...PDF, skipIfDone: true }] }),
  );

  expect(end.counts).toMatchObject({ skipped: 2 });
  expect(bench.effects('convert_document').changed).toBe(4);
});

test('the same conversion in two steps of a job is made once, and so is that of a row given twice', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 3);
  const path = join(bench.directory, 'list.csv');
  writeFileSync(path, ['uuid', ...inline, ...inline].join('\n'));
  const steps = [
    { id: 'a', ...PDF },
    { id: 'b', ...PDF },
    { uses: 'store', with: { file: '${{ steps.b.file }}' } },
  ];

  const end = await alive(bench.start({ source: { list: { path } }, steps }));

  expect(end.counts).toMatchObject({ done: 3, total: 3 });
  expect(bench.effects('convert_document').changed).toBe(3);
});

test('of two items that the service answers with one file, the second is in doubt, and one conversion is paid for', async () => {
  const bench = runBench({ autostore: false });
  const [picture] = pictures(bench, 1);
  const path = join(bench.directory, 'urls.txt');
  writeFileSync(path, ['https://ucarecdn.com/a', 'https://ucarecdn.com/b'].join('\n'));
  bench.answer = ({ target }) =>
    target.startsWith('/from_url/')
      ? answerWith(bench, 200, { type: 'file_info', uuid: picture, status: 'success', size: 1 })
      : null;
  const steps = [
    { id: 'in', uses: 'import-url', with: { checkDuplicates: true } },
    { ...PDF, with: { format: 'pdf', file: '${{ steps.in.file }}' } },
  ];

  const end = await alive(bench.start({ source: { urls: { path } }, steps }));

  expect(end.counts).toMatchObject({ done: 1, 'in-doubt': 1 });
  expect(bench.items(end.run, 'in-doubt')[0]).toMatchObject({ reason: 'answer_of_another' });
  expect(bench.effects('convert_document').changed).toBe(1);
});

test('a second run imports again, and with checkDuplicates gives the files of then', async () => {
  const bench = runBench();
  const { uuid } = bench.emulator.projects[0]!.addFile({});
  const path = join(bench.directory, 'urls.txt');
  writeFileSync(path, `https://ucarecdn.com/${uuid}/`);
  const importing = async (checkDuplicates: boolean): Promise<unknown> => {
    const steps = [{ uses: 'import-url', with: { checkDuplicates } }];
    const { run } = await alive(bench.start({ source: { urls: { path } }, steps }));
    return bench.items(run)[0]!.result?.['file'];
  };
  const first = await importing(false);
  const again = await importing(false);
  expect(again).not.toBe(first);
  expect([first, again]).toContain(await importing(true));
});

test('what was made and could not be used in time is not paid for again', async () => {
  const bench = runBench({ autostore: false });
  const inline = pictures(bench, 1);
  const job = { source: { inline }, steps: [CUT, KEEP] };
  bench.answer = ({ method, target }) => {
    const output = /^\/files\/([0-9a-f-]{36})\/$/.exec(target)?.[1] ?? inline[0]!;
    if (method !== 'GET' || inline.includes(output)) return null;
    return answerWith(bench, 404, { detail: 'Not found.' });
  };
  const first = await alive(bench.start(job));
  const [failed] = bench.items(first.run);
  expect(failed).toMatchObject({ state: 'failed', reason: 'output_not_ready' });
  const { file } = failed!.result!['made'] as { file: string };

  bench.answer = () => null;
  const end = await alive(bench.start(job));
  expect(bench.effects('remove_bg').changed).toBe(1);
  expect(end.counts).toMatchObject({ done: 1, failed: 0 });
  expect(bench.emulator.projects[0]!.file(file)?.storedAt).not.toBeNull();
});
