// `ucbulk verify` of groups, of results of add-ons, and of the metadata of new files.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';
import { verifyBenchRun } from '../support/verify-bench-run.ts';

const RUN = 'run-1' as RunId;
const OLD = '2026-11-01T10:00:00.000000Z';
const SCAN = 'addon/uc_clamav_virus_scan';

/** A bench with pictures, and a source that takes all of them. */
function withPictures(count: number) {
  const bench = runBench({ autostore: false });
  const file = { mimeType: 'image/png', isImage: true, uploadedAt: OLD, storedAt: OLD };
  const uuids = Array.from({ length: count }, () => bench.emulator.projects[0]!.addFile(file).uuid);
  return { bench, uuids, source: { inline: uuids } };
}

/** The requests that a function sends, without their parameters. */
async function requestsDuring(bench: RunBench, act: () => Promise<unknown>): Promise<string[]> {
  const before = bench.sent.length;
  await act();
  return bench.sent.slice(before).map(({ target }) => target.replace(/\?.*/, ''));
}

function groupsAtService(bench: RunBench): { id: string }[] {
  return bench.emulator.save().projects[0]!.groups as { id: string }[];
}

test('groups are verified with one page of groups, and without a listing of files', async () => {
  const { bench, source } = withPictures(250);
  await alive(bench.start({ source, steps: [{ uses: 'create-group', with: { size: 50 } }] }));
  const sent = await requestsDuring(bench, async () => {
    const { result } = await verifyBenchRun(bench);
    expect(result).toMatchObject({ verified: 250, different: 0, notVerified: 0, pages: 1 });
  });
  expect(sent).toEqual(['/groups/']);
});

test('a group that is gone is read once, and each of its items differs', async () => {
  const { bench, source } = withPictures(20);
  await alive(bench.start({ source, steps: [{ uses: 'create-group', with: { size: 10 } }] }));
  const group = String(bench.items(RUN)[0]?.result?.['group']);
  bench.answer = ({ target }) => {
    if (target.startsWith('/groups/?')) {
      const kept = groupsAtService(bench).filter(({ id }) => id !== group);
      return answerWith(bench, 200, { next: null, previous: null, total: 1, results: kept });
    }
    return target === `/groups/${group}/` ? answerWith(bench, 404, { detail: 'Not found.' }) : null;
  };
  const sent = await requestsDuring(bench, async () => {
    const { result, differences } = await verifyBenchRun(bench);
    expect(result).toMatchObject({ verified: 10, different: 10 });
    expect(differences[0]).toMatchObject({
      file: group,
      differences: ['the group does not exist'],
    });
  });
  expect(sent).toEqual(['/groups/', `/groups/${group}/`]);
});

test('a deleted group that still exists is a difference', async () => {
  const { bench, source } = withPictures(20);
  await alive(bench.start({ source, steps: [{ uses: 'create-group', with: { size: 10 } }] }));
  const groups = groupsAtService(bench);
  const steps = [{ uses: 'delete-group' }];
  const end = await alive(bench.start({ source: { groups: { take: 'groups' } }, steps }));
  expect(end).toMatchObject({ run: 'run-2', counts: { done: 2 } });
  const own = await verifyBenchRun(bench, end.run);
  expect(own.result).toMatchObject({ verified: 2, different: 0, deleted: 2 });
  bench.answer = ({ target }) =>
    target.startsWith('/groups/?')
      ? answerWith(bench, 200, { next: null, previous: null, total: 2, results: groups })
      : target === `/groups/${groups[0]!.id}/`
        ? answerWith(bench, 200, { ...groups[0], files: [] })
        : null;
  const { result, differences } = await verifyBenchRun(bench, end.run);
  expect(result).toMatchObject({ verified: 1, different: 1 });
  expect(differences).toMatchObject([
    { item: groups[0]!.id, differences: ['the group still exists'] },
  ]);
});

test.each([
  SCAN,
  'addon/aws_rekognition_detect_labels',
  'addon/aws_rekognition_detect_moderation_labels',
])('%s: the listing shows the results, with one request', async (uses) => {
  const { bench, source, uuids } = withPictures(30);
  const end = await alive(bench.start({ source, steps: [{ uses }] }));
  expect(end.counts.done).toBe(30);
  const sent = await requestsDuring(bench, async () => {
    const { result } = await verifyBenchRun(bench);
    expect(result).toMatchObject({ verified: 30, different: 0, notVerified: 0 });
  });
  expect(sent).toEqual(['/files/']);
  const name = uses.slice('addon/'.length);
  bench.changeFile = (file) => {
    const appdata = file['appdata'] as Record<string, { data: object }> | undefined;
    if (appdata === undefined) return;
    if (file['uuid'] === uuids[3]) delete appdata[name];
    if (file['uuid'] === uuids[7]) appdata[name]!.data = { other: true };
  };
  const { differences, result } = await verifyBenchRun(bench);
  expect(result).toMatchObject({ verified: 28, different: 2 });
  const texts = new Map(differences.map((one) => [one.item, one.differences]));
  expect(texts.get(uuids[3]!)).toEqual([`the file has no result of the add-on ${name}`]);
  expect(texts.get(uuids[7]!)).toEqual([`the add-on ${name} has another result`]);
});

test('results that the listing leaves out are read file by file', async () => {
  const { bench, source } = withPictures(3);
  await alive(bench.start({ source, steps: [{ uses: SCAN }] }));
  let isListing = false;
  bench.answer = ({ target }) => {
    isListing = target.startsWith('/files/?');
    return null;
  };
  bench.changeFile = (file) => {
    if (isListing) delete file['appdata'];
  };
  const sent = await requestsDuring(bench, async () => {
    expect((await verifyBenchRun(bench)).result).toMatchObject({ verified: 3, different: 0 });
  });
  expect(sent).toHaveLength(4);
});

const MARKS = { metadata: { owner: 'ann' }, tags: ['summer'] };

function uploads(bench: RunBench) {
  const path = join(bench.directory, 'folder');
  mkdirSync(path);
  for (const name of ['a', 'b', 'c']) writeFileSync(join(path, `${name}.txt`), name);
  return {
    source: { folder: { path } },
    steps: [{ uses: 'upload', with: { ...MARKS, pathKey: 'path' } }],
  };
}

function imports(bench: RunBench) {
  const urls = ['a', 'b', 'c'].map((name) => `https://photos.example/${name}.jpg`);
  for (const url of urls) bench.emulator.addUrl(url, { size: 900, mimeType: 'image/jpeg' });
  const path = join(bench.directory, 'list.csv');
  writeFileSync(path, `url,label\n${urls.map((url, row) => `${url},row ${row}`).join('\n')}\n`);
  const map = { metadata: { path: 'label' } };
  return {
    source: { urls: { path, format: 'csv', column: 'url', columns: ['label'] } },
    steps: [{ uses: 'import-url', with: { ...MARKS, map } }],
  };
}

test.each([
  ['upload', uploads, ['a.txt', 'b.txt', 'c.txt']],
  ['import-url', imports, ['row 0', 'row 1', 'row 2']],
])('%s: the metadata and tags of the new files are compared', async (_, jobOf, paths) => {
  const bench = runBench({ autostore: false });
  const end = await alive(bench.start(jobOf(bench)));
  expect(end.counts).toMatchObject({ done: 3, total: 3 });
  const seen: unknown[] = [];
  bench.changeFile = (file) => {
    seen.push((file['metadata'] as Record<string, string>)['path']);
  };
  const { result } = await verifyBenchRun(bench);
  expect(result).toMatchObject({ verified: 3, different: 0, requests: 1 });
  expect(new Set(seen)).toEqual(new Set(paths));
  bench.changeFile = (file) => {
    const metadata = file['metadata'] as Record<string, string>;
    if (metadata['path'] === paths[1]) delete metadata['path'];
    if (metadata['path'] === paths[2]) Object.assign(file, { tags: [] });
  };
  const { differences } = await verifyBenchRun(bench);
  expect(differences.flatMap((one) => one.differences).sort()).toEqual([
    'the metadata key path is missing',
    'the tag summer is missing',
  ]);
});

test('an import that may use the file of an earlier one is compared without metadata', async () => {
  const bench = runBench({ autostore: false });
  const { source } = imports(bench);
  const options = { ...MARKS, checkDuplicates: true };
  await alive(bench.start({ source, steps: [{ uses: 'import-url', with: options }] }));
  bench.changeFile = (file) => {
    file['metadata'] = {};
  };
  expect((await verifyBenchRun(bench)).result).toMatchObject({ verified: 3, different: 0 });
});
