import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkEvidence } from '../../../src/evidence/check-evidence.ts';
import { NO_HASH, sha256 } from '../../../src/evidence/evidence-format.ts';
import { createSystemFiles } from '../../../src/world/system-files.ts';
import { TEMP_ROOT } from '../../support/temp-root.ts';

const LINE = JSON.stringify({
  record: 1,
  file: 'some',
  decidedBy: null,
  facts: { size: 10 },
  previous: NO_HASH,
});
const TEXT = `${LINE}\n`;
const MANIFEST = {
  version: 1,
  type: 'evidence',
  format: 1,
  tool: '1.0.0',
  writtenAt: '2026-11-01T00:00:00.000Z',
  run: 'run-1',
  job: 'cleanup',
  state: 'finished',
  project: 'key',
  restOrigin: 'https://api.uploadcare.com',
  startedAt: '2026-11-01T00:00:00.000Z',
  endedAt: null,
  confirmedAt: null,
  plan: null,
  unknownResults: 0,
  records: 1,
  decidedByPerson: 0,
  withoutFacts: 0,
  deletedBytes: 10,
  file: { name: 'deletes.ndjson', bytes: TEXT.length, sha256: sha256(TEXT) },
  lastRecord: sha256(LINE),
};

/** Writes evidence with some fields of its manifest changed. Returns the folder. */
function write(changes: object = {}): string {
  const folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-evidence-'));
  writeFileSync(join(folder, 'deletes.ndjson'), TEXT);
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...MANIFEST, ...changes }));
  return folder;
}

function check(folder: string) {
  const { signal } = new AbortController();
  return checkEvidence({ folder, files: createSystemFiles(), trusted: null, signal });
}

test('unchanged evidence has no fault', async () => {
  expect((await check(write())).faults).toEqual([]);
});

test.each([
  ['job', { job: undefined }],
  ['run', { run: 7 }],
  ['project', { project: null }],
  ['state', { state: 'perfect' }],
  ['endedAt', { endedAt: 'yesterday' }],
  ['unknownResults', { unknownResults: -1 }],
  ['deletedBytes', { deletedBytes: '10' }],
  ['withoutFacts', { withoutFacts: undefined }],
  ['plan', { plan: 'none' }],
  ['file.bytes', { file: { ...MANIFEST.file, bytes: null } }],
  ['note', { note: 'added' }],
])('a manifest with a wrong field %s is refused', async (field, changes) => {
  await expect(check(write(changes))).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(`its field \`${field}\` is`),
  });
});

test('counts that differ from the records are a fault', async () => {
  const { faults } = await check(write({ deletedBytes: 11 }));
  expect(faults).toEqual([
    'The manifest was changed: its `deletedBytes` is 11, and the records have 10.',
  ]);
});

test.each(['deletes.ndjson', 'manifest.json'])(
  'a device or a folder in place of %s is refused',
  async (name) => {
    const folder = write();
    const path = join(folder, name);
    rmSync(path);
    mkdirSync(path);
    const refused = { kind: 'usage', message: expect.stringContaining(`${name} can't be read`) };
    await expect(check(folder)).rejects.toMatchObject(refused);
    rmSync(path, { recursive: true });
    symlinkSync('/dev/zero', path);
    await expect(check(folder)).rejects.toMatchObject(refused);
  },
);

test('a file that is much too long is not read to its end', async () => {
  const folder = write();
  truncateSync(join(folder, 'deletes.ndjson'), 3 * 1024 ** 3);
  const { faults } = await check(folder);
  expect(faults).toEqual([expect.stringContaining('its size or its SHA-256 differs')]);
});

test('a manifest of many megabytes is refused', async () => {
  const folder = write();
  truncateSync(join(folder, 'manifest.json'), 3 * 1024 ** 3);
  await expect(check(folder)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('which is too much'),
  });
});
