import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Effect } from '../../src/emulator/emulator.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';
import { untilSettled } from '../support/virtual-clock.ts';

const OLD = '2026-11-01T10:00:00.000000Z';
const COUNT = 5;

type Setup = (bench: RunBench) => object;

function filesOfProject({ emulator }: RunBench, count = COUNT): string[] {
  const file = { mimeType: 'image/png', isImage: true, uploadedAt: OLD, storedAt: OLD };
  return Array.from({ length: count }, () => emulator.projects[0]!.addFile(file).uuid);
}

function folderOf(bench: RunBench, name = 'folder'): string {
  const folder = join(bench.directory, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

const uploads: Setup = (bench) => {
  const path = folderOf(bench);
  for (let place = 0; place < COUNT; place++) writeFileSync(join(path, `${place}.txt`), `${place}`);
  return { folder: { path } };
};
const imports: Setup = (bench) => {
  const urls = Array.from({ length: COUNT }, (_, place) => `https://photos.example/${place}.jpg`);
  for (const url of urls) bench.emulator.addUrl(url, { size: 900, mimeType: 'image/jpeg' });
  const path = join(bench.directory, 'urls.txt');
  writeFileSync(path, urls.join('\n'));
  return { urls: { path } };
};
const inline: Setup = (bench) => ({ inline: filesOfProject(bench) });

const OPERATIONS: readonly [string, Setup, object][] = [
  ['upload', uploads, { uses: 'upload' }],
  ['import-url', imports, { uses: 'import-url' }],
  ['copy-local', inline, { uses: 'copy-local' }],
  ['copy-to-remote', inline, { uses: 'copy-to-remote', with: { target: 'backup' } }],
];

/** Lets time pass until the search index shows every change. */
function settle({ clock }: RunBench): Promise<void> {
  return untilSettled(clock, clock.sleep(20_000), clock.now() + 20_001);
}

const MAKING: readonly Effect[] = ['upload', 'import', 'local_copy', 'remote_copy'];

/** Number of files and objects that were made. */
function madeThings(bench: RunBench): number {
  return MAKING.reduce((sum, effect) => sum + bench.effects(effect).changed, 0);
}

/** All changes that the service has seen. */
function changes({ emulator }: RunBench): number {
  return emulator.audit.length;
}

test.each(OPERATIONS)(
  'a second run of %s with skipIfDone has no effect',
  async (_, setup, step) => {
    const bench = runBench({ autostore: false });
    const source = setup(bench);
    // The first run need not know that a later one skips its work.
    await alive(bench.start({ source, steps: [step] }));
    await settle(bench);
    const [before, sent] = [changes(bench), bench.sent.length];
    expect(before).toBeGreaterThanOrEqual(COUNT);

    const end = await alive(bench.start({ source, steps: [{ ...step, skipIfDone: true }] }));

    expect(changes(bench)).toBe(before);
    expect(end.counts).toMatchObject({ skipped: COUNT, total: COUNT });
    expect(end.reasons).toEqual([{ state: 'skipped', reason: 'done before', count: COUNT }]);
    // The project and its time, and one search for the files that the first run made.
    expect(bench.sent.length - sent).toBeLessThanOrEqual(2);

    const third = await alive(bench.start({ source, steps: [{ ...step, skipIfDone: true }] }));
    expect(third.counts).toMatchObject({ skipped: COUNT });
    expect(changes(bench)).toBe(before);
  },
);

test.each(OPERATIONS)(
  'a second run of %s without skipIfDone does it again',
  async (_, setup, step) => {
    const bench = runBench({ autostore: false });
    const source = setup(bench);
    await alive(bench.start({ source, steps: [step] }));
    const before = bench.mutations.length;

    await alive(bench.start({ source, steps: [step] }));

    expect(bench.mutations.length - before).toBeGreaterThanOrEqual(COUNT);
  },
);

const MAKERS = OPERATIONS.filter(([name]) => name !== 'copy-to-remote');

test.each(MAKERS)('%s makes a file again that is gone, and no other', async (_, setup, step) => {
  const bench = runBench({ autostore: false });
  const source = setup(bench);
  const steps = [{ ...step, skipIfDone: true }];
  const first = await alive(bench.start({ source, steps }));
  const [gone] = bench.items(first.run);
  bench.removeElsewhere(String(gone!.result?.['file']));
  await settle(bench);

  const second = await alive(bench.start({ source, steps }));

  expect(second.counts).toMatchObject({ done: 1, skipped: COUNT - 1 });
  expect(bench.items(second.run, 'done').map(({ key }) => key)).toEqual([gone!.key]);
  await settle(bench);
  const third = await alive(bench.start({ source, steps }));
  expect(third.counts).toMatchObject({ skipped: COUNT });
});

test('a copy that the search does not show yet is not made again', async () => {
  const bench = runBench({ autostore: false });
  const job = { source: inline(bench), steps: [{ uses: 'copy-local', skipIfDone: true }] };
  await alive(bench.start(job));

  const end = await alive(bench.start(job));

  expect(end.counts).toMatchObject({ skipped: COUNT });
  expect(bench.effects('local_copy').changed).toBe(COUNT);
});

test('an upload with the same size and other content is sent, from any folder', async () => {
  const bench = runBench({ autostore: false });
  const source = uploads(bench) as { folder: { path: string } };
  const steps = [{ uses: 'upload', skipIfDone: true }];
  await alive(bench.start({ source, steps }));
  await settle(bench);
  writeFileSync(join(source.folder.path, '3.txt'), 'x');
  writeFileSync(join(source.folder.path, '4.txt'), 'longer');

  const end = await alive(bench.start({ source, steps }));

  expect(bench.items(end.run, 'done').map(({ key }) => key)).toEqual(['3.txt', '4.txt']);
  const moved = folderOf(bench, 'moved');
  for (let place = 0; place < 3; place++) writeFileSync(join(moved, `${place}.txt`), `${place}`);
  const again = await alive(bench.start({ source: { folder: { path: moved } }, steps }));
  expect(again.counts).toMatchObject({ skipped: 3, total: 3 });
});

test('other options are other work, but not how an upload is sent', async () => {
  const bench = runBench({ autostore: false });
  const source = uploads(bench);
  const start = (options: object) =>
    alive(bench.start({ source, steps: [{ uses: 'upload', skipIfDone: true, with: options }] }));
  await start({ verify: false });
  await settle(bench);

  expect((await start({ verify: true, partsFrom: '20MiB' })).counts).toMatchObject({ done: 0 });
  expect((await start({ metadata: { a: 'b' } })).counts).toMatchObject({ done: COUNT });
});

test('an import that failed because of its content is done again', async () => {
  const bench = runBench({ autostore: false });
  const source = imports(bench);
  const step = { uses: 'import-url', skipIfDone: true, with: { expect: 'image/png' } };
  const first = await alive(bench.start({ source, steps: [step] }));
  expect(first.counts).toMatchObject({ failed: COUNT });

  const second = await alive(bench.start({ source, steps: [step] }));

  expect(second.counts).toMatchObject({ failed: COUNT });
  expect(second.reasons).toEqual([{ state: 'failed', reason: 'unexpected_content', count: COUNT }]);
});

test.each(OPERATIONS)(
  '%s of a run that was killed is not done by another',
  async (_, setup, step) => {
    const bench = runBench({ autostore: false });
    const source = setup(bench);
    const steps = [{ ...step, skipIfDone: true }];
    const death = { point: 'response-received', hit: 4 } as const;
    const first = await bench.start({ source, steps }, { death });
    expect(first).toBeNull();
    await settle(bench);

    const end = await alive(bench.start({ source, steps }, { onConflict: 'share' }));

    const { done, skipped, failed } = end.counts;
    expect(done + skipped + failed).toBe(COUNT);
    expect(failed).toBeGreaterThan(0);
    for (const item of bench.items(end.run, 'failed'))
      expect(item.reason).toBe('open_in_earlier_run');
    await alive(bench.resume());
    await settle(bench);
    const again = await alive(bench.start({ source, steps }));
    expect(again.counts).toMatchObject({ skipped: COUNT });
    expect(madeThings(bench)).toBe(COUNT);
  },
);

test.each(OPERATIONS)('runs that overlap do %s once for each item', async (_, setup, step) => {
  const bench = runBench({ autostore: false });
  const source = setup(bench);
  const steps = [{ ...step, skipIfDone: true }];
  const job = { source, steps, concurrency: { onConflict: 'share' } };

  const ends = await Promise.all([1, 2, 3].map(() => bench.start(job, { concurrency: 2 })));

  const counts = ends.map((end) => end!.counts);
  expect(counts.reduce((sum, { done }) => sum + done, 0)).toBe(COUNT);
  expect(counts.reduce((sum, { skipped }) => sum + skipped, 0)).toBe(2 * COUNT);
  expect(madeThings(bench)).toBe(COUNT);
});
