// Tests the version 0.6 of the REST API: the dialect of the requests, what a run gets by it, and resumes.
import { expect, test, vi } from 'vitest';
import { alive, runBench } from '../support/run-bench.ts';

const SIZES = [300, 100, 200, 100, 100];

function benchWithFiles() {
  const bench = runBench();
  const project = bench.emulator.projects[0]!;
  const files = SIZES.map((size, number) =>
    project.addFile({
      name: `${number}.jpg`,
      size,
      mimeType: 'image/jpeg',
      isImage: true,
      contentInfo: { image: { width: 10 + number, height: 20, format: 'JPEG' } },
      appdata: {
        aws_rekognition_detect_labels: { data: { Labels: [{ Name: 'Dog', Confidence: 93 }] } },
      },
    }),
  );
  return { bench, project, files };
}

test('files come in order of their size, across pages and equal sizes', async () => {
  const { bench, files } = benchWithFiles();
  const source = { files: { ordering: '-size', pageSize: 2 } };

  const end = await alive(bench.start({ apiVersion: '0.6', source, steps: [{ uses: 'info' }] }));

  expect(end.counts).toMatchObject({ done: 5, total: 5 });
  const uuids = bench.items(end.run).map(({ key }) => key);
  const sizeOf = new Map(files.map(({ uuid, size }) => [uuid, size]));
  expect(uuids.map((uuid) => sizeOf.get(uuid))).toEqual([300, 200, 100, 100, 100]);
  expect(new Set(uuids).size).toBe(5);
});

test('info keeps image_info and rekognition_info', async () => {
  const { bench } = benchWithFiles();
  const steps = [{ uses: 'info', with: { content: true, addFields: 'rekognition_info' } }];

  const end = await alive(bench.start({ apiVersion: '0.6', source: { files: {} }, steps }));

  expect(bench.items(end.run)[0]).toMatchObject({
    result: {
      image: { width: 10, height: 20, format: 'JPEG' },
      video: null,
      rekognitionInfo: { Dog: 93 },
    },
  });
});

test('0.7 keeps the same block from content_info', async () => {
  const { bench } = benchWithFiles();
  const steps = [{ uses: 'info', with: { content: true } }];

  const end = await alive(bench.start({ source: { files: {} }, steps }));

  expect(bench.items(end.run)[0]).toMatchObject({ result: { image: { width: 10 } } });
});

test('deletes by size: smallest first, and only after the whole list', async () => {
  const { bench, project } = benchWithFiles();
  const source = { files: { ordering: 'size', pageSize: 2 } };
  const job = {
    apiVersion: '0.6',
    source,
    where: { size: { max: 150 } },
    steps: [{ uses: 'delete' }],
  };

  const end = await alive(bench.start({ ...job, guard: { confirm: false } }));

  expect(end.counts).toMatchObject({ done: 3 });
  expect(project.counts()).toEqual({ stored: 0, unstored: 2, removed: 3 });
  const methods = bench.sent
    .filter(({ target }) => target.startsWith('/files/'))
    .map(({ method }) => method);
  expect(methods.indexOf('DELETE')).toBe(methods.lastIndexOf('GET') + 1);
});

test('a resumed run uses the version that it started with', async () => {
  const { bench, project } = benchWithFiles();
  const source = { files: { ordering: 'size', pageSize: 2 } };
  const job = { apiVersion: '0.6', source, steps: [{ uses: 'store' }], limits: { requests: 3 } };
  const stopped = await alive(bench.start(job));
  expect(stopped.stop).not.toBeNull();

  const end = await alive(bench.resume({ run: stopped.run, job: { ...job, limits: {} } }));

  expect(end.counts).toMatchObject({ done: 5, total: 5 });
  expect(project.counts().stored).toBe(5);
});

test('all requests of a run name its version', async () => {
  const { bench } = benchWithFiles();
  const handle = vi.spyOn(bench.emulator, 'handle');
  const accepts = () => [...new Set(handle.mock.calls.map(([{ headers }]) => headers.accept))];
  const job = { source: { files: {} }, steps: [{ uses: 'store' }] };

  await alive(bench.start({ ...job, apiVersion: '0.6' }));
  expect(accepts()).toEqual(['application/vnd.uploadcare-v0.6+json']);
  handle.mockClear();
  await alive(bench.start(job));
  expect(accepts()).toEqual(['application/vnd.uploadcare-v0.7+json']);
});

test('a file that moves to a later page by a change of others is one item', async () => {
  const { bench, project } = benchWithFiles();
  const source = { files: { ordering: 'size', pageSize: 2 } };
  let pages = 0;
  bench.fault = ({ target }) => {
    // An older file of the same size goes before those that were listed, and moves them on.
    if (target.startsWith('/files/?') && ++pages === 2) {
      project.addFile({ size: 100, uploadedAt: '2020-01-01T00:00:00Z' });
    }
    return null;
  };

  const end = await alive(bench.start({ apiVersion: '0.6', source, steps: [{ uses: 'store' }] }));

  const keys = bench.items(end.run).map(({ key }) => key);
  expect(keys).toHaveLength(new Set(keys).size);
  expect(bench.effects('store')).toMatchObject({ twice: 0 });
  expect(bench.emulator.audit.summary().store?.effects).toBe(5);
});

test('a delete by size that checks stale pages again deletes every file once', async () => {
  const bench = runBench();
  const project = bench.emulator.projects[0]!;
  for (let number = 0; number < 250; number += 1) project.addFile({ size: 100 + (number % 3) });
  const job = {
    apiVersion: '0.6',
    source: { files: { ordering: 'size', pageSize: 60 } },
    steps: [{ uses: 'delete' }],
    limits: { rate: 0.5 },
    recheckAfter: '10s',
  };

  const end = await alive(bench.start(job));

  expect(end.counts).toMatchObject({ done: 250, total: 250 });
  expect(project.counts()).toEqual({ stored: 0, unstored: 0, removed: 250 });
  expect(bench.effects('delete').twice).toBe(0);
  const firstDelete = bench.sent.findIndex(({ method }) => method === 'DELETE');
  const readAfter = bench.sent.slice(firstDelete).filter(({ method }) => method === 'GET');
  expect(readAfter.length).toBeGreaterThan(0);
});

test.each([
  ['store', [{ uses: 'store' }]],
  ['delete', [{ uses: 'delete' }]],
  ['copy-to-remote', [{ uses: 'copy-to-remote', with: { target: 'backup' } }]],
  ['create-group', [{ uses: 'create-group' }]],
  ['convert/document', [{ uses: 'convert/document', with: { format: 'pdf' } }]],
])('0.6 carries out %s', async (_name, steps) => {
  const bench = runBench();
  const project = bench.emulator.projects[0]!;
  for (const name of ['a.docx', 'b.docx'])
    project.addFile({ name, mimeType: 'application/msword' });

  const end = await alive(bench.start({ apiVersion: '0.6', source: { files: {} }, steps }));

  expect(end.counts).toMatchObject({ done: 2, failed: 0, total: 2 });
});

test('0.6 lists the files of groups', async () => {
  const { bench } = benchWithFiles();
  await alive(bench.start({ source: { files: {} }, steps: [{ uses: 'create-group' }] }));

  const source = { groups: { take: 'files' } };
  const end = await alive(bench.start({ apiVersion: '0.6', source, steps: [{ uses: 'store' }] }));

  expect(end.counts).toMatchObject({ done: 5, total: 5 });
});
