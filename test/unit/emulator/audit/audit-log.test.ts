import { expect, test } from 'vitest';
import { AuditLog } from '../../../../src/emulator/audit/audit-log.ts';
import { setup } from '../emulator-caller.ts';

const NAMES = {
  projectName: (project: number) => `p${project}`,
  subject: (_operation: string, _project: number, ref: number) => `u${ref}`,
  requestId: (request: number) => `r${request}`,
};

test('each file of a request has its entry, changed or not', () => {
  const { emulator, call } = setup({ files: 3, storedShare: 0 });
  const uuids = [0, 1, 2].map((index) => emulator.projects[0]?.seededFile(index).uuid);
  const first = call('/files/storage/', { method: 'PUT', body: uuids.slice(0, 2) });
  call('/files/');
  call('/files/storage/', { method: 'PUT', body: uuids.slice(1) });
  const entries = [...emulator.audit.entries()];
  expect(entries.map(({ uuid, changed, request }) => [uuid, changed, request])).toEqual([
    [uuids[0], true, 1],
    [uuids[1], true, 1],
    [uuids[1], false, 3],
    [uuids[2], true, 3],
  ]);
  expect(entries[0]).toMatchObject({
    operation: 'store',
    project: 'demopublickey',
    requestId: first.headers['x-uploadcare-request-id'],
  });
});

test('the summary tells an effect that came twice from a repeat that changed nothing', () => {
  const log = new AuditLog(NAMES);
  const add = (ref: number, changed: boolean, request: number) =>
    log.record({ operation: 'delete', project: 0, ref }, { changed, request, at: request * 1000 });
  add(1, true, 1);
  add(2, true, 1);
  add(1, false, 2);
  expect(log.summary().delete).toEqual({
    requests: 2,
    effects: 3,
    changed: 2,
    distinctFilesChanged: 2,
    filesChangedMoreThanOnce: 0,
  });
  add(1, true, 3);
  add(1, true, 4);
  expect(log.summary().delete).toMatchObject({
    changed: 4,
    distinctFilesChanged: 2,
    filesChangedMoreThanOnce: 1,
  });
});

test('one index in two projects is two files', () => {
  const log = new AuditLog(NAMES);
  for (const project of [0, 1]) {
    log.record({ operation: 'store', project, ref: 5 }, { changed: true, request: 1, at: 1 });
  }
  expect(log.summary().store).toMatchObject({ distinctFilesChanged: 2 });
});

test('a million deletions cost well under 100 MB', () => {
  const log = new AuditLog(NAMES);
  const before = process.memoryUsage();
  for (let ref = 0; ref < 1_000_000; ref += 1) {
    const request = Math.floor(ref / 100);
    log.record({ operation: 'delete', project: 0, ref }, { changed: true, request, at: request });
  }
  const after = process.memoryUsage();
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(40_000_000);
  expect(log.summary().delete).toMatchObject({ requests: 10_000, distinctFilesChanged: 1_000_000 });
});
