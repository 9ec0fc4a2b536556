// Tests src/cli/rehearsal.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { FileFacts } from '../../src/core/file-facts.ts';
import { parseFileUuid } from '../../src/core/file-uuid.ts';
import { WireError, type WireRequest } from '../../src/core/world.ts';
import { INVENTORY_FORMAT } from '../../src/inventory/inventory-format.ts';
import { writeInventory } from '../../src/inventory/write-inventory.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { createSystemFiles } from '../../src/world/system-files.ts';
import { program } from '../support/program-line.ts';
import { alive, runBench } from '../support/run-bench.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';

const DAY_MS = 86_400_000;
const REAL = { publicKey: 'realpublickey', secretKey: 'realsecretkey' };
const LISTED = Date.now();

function file(index: number): FileFacts {
  const isStored = index % 3 === 0;
  const uploadedAt = LISTED - 90 * DAY_MS + index * 1000;
  return {
    uuid: parseFileUuid(`5223010b-aaaa-4bbb-8ccc-${String(index).padStart(12, '0')}`),
    filename: `photo ${index}.jpg`,
    size: 1000 + index,
    mimeType: 'image/jpeg',
    isImage: true,
    isReady: true,
    uploadedAt,
    storedAt: isStored ? uploadedAt + 5 : null,
    removedAt: null,
    metadata: index % 2 === 0 ? { keep: 'no' } : {},
    tags: index % 5 === 0 ? ['five'] : [],
  };
}

/** A state directory with an inventory of so many files, and a command that rehearses a job in it. */
async function stage(count: number) {
  const folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-rehearse-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const state = join(folder, 'state');
  mkdirSync(join(state, 'projects'), { recursive: true });
  const path = statePaths(state).inventory(REAL.publicKey);
  const pages = (async function* () {
    yield { cursor: null, files: Array.from({ length: count }, (_, index) => file(index)) };
  })();
  const header = {
    ucbulk: 'inventory',
    format: INVENTORY_FORMAT,
    tool: '0.0.0',
    listedAt: new Date(LISTED).toISOString(),
    project: REAL.publicKey,
    restOrigin: 'https://api.uploadcare.com',
  } as const;
  const target = { files: createSystemFiles(), path, temporary: `${path}.new` };
  await writeInventory(target, { header, pages }, new AbortController().signal);
  const sent: WireRequest[] = [];
  return {
    state,
    sent,
    async rehearse(job: object, flags = '') {
      const jobPath = join(folder, 'job.json');
      writeFileSync(jobPath, JSON.stringify({ version: 1, name: 'try', ...job }));
      const end = await program(
        `rehearse ${jobPath} --json --quiet --state-dir ${state}${flags}`,
        { UPLOADCARE_PUBLIC_KEY: REAL.publicKey, UPLOADCARE_SECRET_KEY: REAL.secretKey },
        '',
        undefined,
        async (request) => {
          sent.push(request);
          throw new WireError({ code: 'ECONNREFUSED', phase: 'unsent', message: 'no network' });
        },
      );
      return { ...end, document: JSON.parse(end.stdout.trim() || '{}') };
    },
  };
}

const DELETE = { where: { stored: false }, steps: [{ uses: 'delete' }] };

test.each([
  ['files', { files: {} }],
  ['inventory', { inventory: {} }],
])('a rehearsal with the source %s does all of the job, and sends nothing', async (_, source) => {
  const { rehearse, sent, state } = await stage(1200);

  const { code, document } = await rehearse({ ...DELETE, source });

  expect(sent).toEqual([]);
  expect(code).toBe(0);
  expect(document).toMatchObject({
    type: 'rehearsal',
    state: 'finished',
    files: 1200,
    seeded: 1200,
    counts: { done: 800, total: 800 },
    changes: { delete: 800 },
    duration: { rate: { basis: 'first' } },
  });
  expect(document.requests).toBeGreaterThanOrEqual(10);
  expect(readdirSync(join(state, 'rehearsals'))).toEqual([]);
  expect(existsSync(join(state, 'runs'))).toBe(false);
});

test('a rehearsal does not wait for the window of its job, nor for its timetable', async () => {
  const { rehearse } = await stage(30);
  const hour = new Date(LISTED + 12 * 3_600_000).toISOString().slice(11, 13);
  const window = `${hour}:00-${hour}:30 UTC`;
  const limits = { rate: '00:00,0.1', finishBy: '06:00 UTC' };
  const { code, document } = await rehearse({ ...DELETE, source: { files: {} }, window, limits });
  expect(code).toBe(0);
  expect(document).toMatchObject({ state: 'finished', counts: { done: 20 } });
});

test('the files of the rehearsal have the facts of the inventory', async () => {
  const { rehearse } = await stage(100);
  const where = {
    metadata: { keep: 'no' },
    tags: { any: ['five'] },
    name: 'photo *',
    size: { min: 1010 },
  };
  const { document } = await rehearse({ source: { files: {} }, where, steps: [{ uses: 'info' }] });
  expect(document.counts.total).toBe(9);
});

test('a large inventory is sampled evenly, and the rehearsal says so', async () => {
  const { rehearse } = await stage(1000);
  const { document } = await rehearse({ ...DELETE, source: { files: {} } }, ' --files 100');
  expect(document).toMatchObject({ files: 1000, seeded: 100 });
});

test('--keep keeps the state directory of the rehearsal', async () => {
  const { rehearse, state } = await stage(10);
  const { document } = await rehearse({ ...DELETE, source: { files: {} } }, ' --keep');
  expect(document.stateDirectory).toContain(join(state, 'rehearsals'));
  expect(readdirSync(join(document.stateDirectory, 'runs')).join()).toContain('.db');
});

test.each([
  [{ source: { groups: {} }, steps: [{ uses: 'store' }] }, /no groups.*`ucbulk plan`/],
  [{ ...DELETE, project: 'another', source: { files: {} } }, /for project another/],
])('a job that can not be rehearsed is refused: %#', async (job, message) => {
  const { rehearse, sent } = await stage(10);
  const { code, document } = await rehearse(job);
  expect([code, document.type]).toEqual([code === 3 ? 3 : 2, 'error']);
  expect(document.message).toMatch(message);
  expect(sent).toEqual([]);
});

test('a folder is uploaded to the emulator without an inventory', async () => {
  const { rehearse, sent, state } = await stage(10);
  rmSync(statePaths(state).inventory(REAL.publicKey));
  const path = join(state, 'photos');
  mkdirSync(path);
  for (const name of ['a', 'b', 'c']) writeFileSync(join(path, `${name}.txt`), name);
  writeFileSync(join(path, 'large.bin'), Buffer.alloc(11_000_000, 1));
  const steps = [{ id: 'up', uses: 'upload', with: { partsFrom: '10MiB' } }];
  const { code, document } = await rehearse({ source: { folder: { path } }, steps });
  expect(sent).toEqual([]);
  expect([code, document.stop]).toEqual([0, null]);
  expect(document).toMatchObject({
    source: 'folder',
    listedAt: null,
    counts: { done: 4, total: 4 },
    changes: { upload: 4 },
  });
  const few = await rehearse({ source: { folder: { path } }, steps }, ' --files 2');
  expect(few.document.counts).toMatchObject({ done: 2, total: 2 });
});

test('the emulator invents the files of URLs, also for later steps', async () => {
  const { rehearse, sent, state } = await stage(10);
  rmSync(statePaths(state).inventory(REAL.publicKey));
  const path = join(state, 'urls.txt');
  writeFileSync(path, 'https://a.example/1.jpg\nhttps://b.example/2.png\n');
  const file = '$' + '{{ steps.import.file }}';
  const steps = [
    { id: 'import', uses: 'import-url', with: { expect: 'image/*' } },
    { id: 'tag', uses: 'tags', with: { file, add: ['new'] } },
  ];
  const { code, document } = await rehearse({ source: { urls: { path } }, steps });
  expect(sent).toEqual([]);
  expect(code).toBe(0);
  expect(document).toMatchObject({ source: 'urls', counts: { done: 2 }, changes: { import: 2 } });
});

test('the items of an earlier run are found in the real state directory', async () => {
  const { rehearse, state } = await stage(30);
  const bench = runBench(REAL);
  const wanted = [3, 4].map((index) => file(index));
  for (const { uuid } of wanted) bench.emulator.projects[0]!.addFile({ uuid });
  const inline = wanted.map(({ uuid }) => uuid);
  const connection = { ...REAL, restOrigin: 'https://service.test', auth: 'signed' } as const;
  const first = { source: { inline }, steps: [{ uses: 'info' }] };
  await alive(bench.start(first, { stateDirectory: state, connection }));
  const source = { run: { id: 'run-1', states: ['done'] } };
  const { code, document } = await rehearse({ source, steps: [{ uses: 'store' }] });
  expect([code, document.message]).toEqual([0, undefined]);
  expect(document).toMatchObject({ source: 'run', seeded: 30, counts: { done: 2, total: 2 } });
});

test('a rehearsal without an inventory names the command that makes one', async () => {
  const { rehearse, state } = await stage(10);
  rmSync(statePaths(state).inventory(REAL.publicKey));
  const { code, document } = await rehearse({ ...DELETE, source: { files: {} } });
  expect(code).toBe(3);
  expect(document.message).toMatch(/`ucbulk inspect`/);
});
