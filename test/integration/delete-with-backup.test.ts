// Tests src/operations/check-backups.ts and src/job/backup-steps.ts.

import { expect, test } from 'vitest';
// The program loads it when a job needs it. Loading takes real time, which simulated time does not wait for.
import '../../src/s3/open-bucket.ts';
import { UserError } from '../../src/core/user-error.ts';
import { CRASH_POINTS } from '../../src/core/world.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const ENV = {
  AWS_ACCESS_KEY_ID: 'EMULATORACCESSKEYID0',
  AWS_SECRET_ACCESS_KEY: 'emulator-secret-access-key',
};
const BACKUP = {
  url: 's3://attic/old/',
  endpoint: 'https://service.test/s3',
  cdn: 'https://service.test',
};
const JOB = { source: { files: {} }, steps: [{ uses: 'delete', with: { backup: BACKUP } }] };

function bench(count = 3): RunBench {
  const stage = runBench({ buckets: { attic: {} } });
  for (let file = 0; file < count; file += 1) {
    stage.emulator.projects[0]!.addFile({ name: `${file}.txt`, size: 100 + file });
  }
  return stage;
}

function copies({ emulator }: RunBench): string[] {
  return [...emulator.buckets.list('attic')].map(({ key }) => key);
}

function filesOf({ emulator }: RunBench): { readonly uuid: string; readonly size: number }[] {
  return emulator.save().projects[0]!.files as { uuid: string; size: number }[];
}

/** The deletes of files without an object of their size, looked at when each request arrives. */
function watchDeletes(stage: RunBench): string[] {
  const unsafe: string[] = [];
  const sizes = new Map<string, number>();
  for (const { uuid, size } of filesOf(stage)) sizes.set(uuid, size);
  stage.answer = ({ method, body }) => {
    if (method !== 'DELETE') return null;
    const objects = [...stage.emulator.buckets.list('attic')];
    for (const uuid of JSON.parse(body ?? '[]') as string[]) {
      const isSafe = objects.some(
        ({ key, size }) => key.includes(uuid) && size === sizes.get(uuid),
      );
      if (!isSafe) unsafe.push(uuid);
    }
    return null;
  };
  return unsafe;
}

test('only if each delete has a backup in a bucket, the question says so', async () => {
  const questions: unknown[] = [];
  const confirm = async ({ hasBackups }: { readonly hasBackups?: true }) => {
    questions.push(hasBackups);
    return 'no' as const;
  };
  const [step] = JOB.steps;
  const copy = { id: 'copy', uses: 'copy-local' };
  const other = { uses: 'delete', with: { file: '${{ steps.copy.file }}' } };
  for (const steps of [[step], [copy, other, step]]) {
    await alive(bench().start({ ...JOB, steps }, { env: ENV, confirm }));
  }
  expect(questions).toEqual([true, undefined]);
});

test('each file is in the bucket before it is deleted, in one request for all', async () => {
  const stage = bench();
  const unsafe = watchDeletes(stage);
  const end = await alive(stage.start(JOB, { env: ENV }));
  expect(end.counts).toMatchObject({ done: 3 });
  expect(copies(stage)).toHaveLength(3);
  expect(stage.effects('delete')).toEqual({ changed: 3, twice: 0 });
  expect(stage.mutations.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  expect(unsafe).toEqual([]);
});

test('a file whose copy fails is not deleted', async () => {
  const stage = bench();
  stage.answer = ({ method, target }) =>
    method === 'PUT' && target.endsWith('/1.txt')
      ? {
          status: 400,
          headers: {},
          body: '<Error><Code>Refused</Code><Message>x</Message></Error>',
        }
      : null;
  const end = await alive(stage.start(JOB, { env: ENV }));
  expect(end.counts).toMatchObject({ done: 2, failed: 1 });
  expect(stage.effects('delete').changed).toBe(2);
});

test.each([
  {
    code: 'backup_missing',
    harm: (stage: RunBench, key: string) => stage.emulator.buckets.remove('attic', key),
  },
  {
    code: 'backup_differs',
    harm: (stage: RunBench, key: string) => stage.emulator.buckets.put('attic', key, 'short'),
  },
  {
    code: 'backup_differs',
    harm: (stage: RunBench, key: string) => {
      const { size } = stage.emulator.buckets.find('attic', key)!;
      stage.emulator.buckets.put('attic', key, 'x'.repeat(size));
    },
  },
])('a copy that somebody harmed protects its file: $code', async ({ code, harm }) => {
  const stage = bench();
  // The first look at the bucket comes after all copies, before the delete.
  let hits = 0;
  stage.fault = ({ method }) => {
    if (method === 'HEAD' && hits++ === 0) {
      const [key] = copies(stage);
      harm(stage, key!);
    }
    return null;
  };
  const end = await alive(stage.start(JOB, { env: ENV }));
  expect(stage.items(end.run, 'failed')).toMatchObject([{ reason: code }]);
  expect(stage.effects('delete').changed).toBe(2);
});

test('a backup of an earlier run is checked again', async () => {
  const stage = bench();
  const copy = { uses: 'copy-to-bucket', with: BACKUP };
  await alive(stage.start({ ...JOB, steps: [copy] }, { env: ENV }));
  const [lost] = copies(stage);
  stage.emulator.buckets.remove('attic', lost!);
  const end = await alive(stage.start(JOB, { env: ENV }));
  expect(end.counts).toMatchObject({ done: 2, failed: 1 });
  expect(stage.emulator.buckets.requestCounts()).toMatchObject({ put: 3 });
});

test('a missing backup stays missing until a step copies the file again, as the message advises', async () => {
  const stage = bench(1);
  const copy = { id: 'again', uses: 'copy-to-bucket', with: BACKUP, skipIfDone: false };
  await alive(stage.start({ ...JOB, steps: [copy] }, { env: ENV }));
  stage.emulator.buckets.remove('attic', copies(stage)[0]!);
  for (const _ of ['first', 'second']) {
    const end = await alive(stage.start(JOB, { env: ENV }));
    const [failed] = stage.items(end.run, 'failed');
    expect(failed?.reason).toBe('backup_missing');
  }
  const remove = { uses: 'delete', with: { backup: { ...BACKUP, step: 'again' } } };
  const end = await alive(stage.start({ ...JOB, steps: [copy, remove] }, { env: ENV }));
  expect(end.counts).toMatchObject({ done: 1, failed: 0 });
  expect(stage.effects('delete').changed).toBe(1);
});

/** Resumes the run, or starts one if the process died before there was a run. */
function resumeOrStart(stage: RunBench) {
  return stage.resume({ env: ENV }).catch((error: unknown) => {
    if (error instanceof UserError && error.kind === 'not-found') {
      return stage.start(JOB, { env: ENV });
    }
    throw error;
  });
}

test('killed at any point and resumed: no delete without a backup, and nothing is lost', async () => {
  for (const point of CRASH_POINTS) {
    for (const hit of [1, 2, 4]) {
      const stage = bench(2);
      const unsafe = watchDeletes(stage);
      const first = await stage.start(JOB, { env: ENV, death: { point, hit } });
      if (first !== null) continue;
      const end = await alive(resumeOrStart(stage));
      expect({ point, hit, unsafe }).toEqual({ point, hit, unsafe: [] });
      expect({ point, hit, failed: end.counts.failed }).toEqual({ point, hit, failed: 0 });
      expect(stage.effects('delete')).toEqual({ changed: 2, twice: 0 });
      expect(copies(stage)).toHaveLength(2);
      stage.close();
    }
  }
});

test('a storage of the project: only files that the service has copied are deleted', async () => {
  const stage = bench();
  const [first] = filesOf(stage);
  stage.answer = ({ target, body }) =>
    target === '/files/remote_copy/' && body!.includes(first!.uuid)
      ? { status: 400, headers: {}, body: '{"detail":"no"}' }
      : null;
  const job = {
    ...JOB,
    steps: [{ uses: 'delete', with: { backup: { target: 'backup' } } }],
  };
  const end = await alive(stage.start(job));
  expect(end.counts).toMatchObject({ done: 2, failed: 1 });
  expect(stage.effects('delete').changed).toBe(2);
});

test('a delete that names a step without a result deletes nothing', async () => {
  const stage = bench();
  const copy = { id: 'mine', uses: 'copy-to-bucket', with: BACKUP, if: 'item.key == "none"' };
  const remove = { uses: 'delete', with: { backup: { ...BACKUP, step: 'mine' } } };
  const end = await alive(stage.start({ ...JOB, steps: [copy, remove] }, { env: ENV }));
  expect(stage.items(end.run, 'failed').map(({ reason }) => reason)).toEqual(
    Array(3).fill('no_backup'),
  );
  expect(stage.effects('delete').changed).toBe(0);
});

test('a storage of the project: a copy that existed before proves nothing', async () => {
  const stage = bench(1);
  const copy = { uses: 'copy-to-remote', with: { target: 'backup' } };
  await alive(stage.start({ ...JOB, steps: [copy] }));
  const remove = { uses: 'delete', with: { backup: { target: 'backup', step: 'mine' } } };
  const again = { ...copy, id: 'mine', onFailure: 'continue' };
  await alive(stage.start({ ...JOB, steps: [again, remove] }));
  expect(stage.effects('delete').changed).toBe(0);
});

test('a storage of the project: a delete without the result of a copy deletes nothing', async () => {
  const stage = bench();
  const copy = {
    id: 'mine',
    uses: 'copy-to-remote',
    with: { target: 'backup' },
    if: 'item.key == ""',
  };
  const remove = { uses: 'delete', with: { backup: { target: 'backup', step: 'mine' } } };
  const end = await alive(stage.start({ ...JOB, steps: [copy, remove] }));
  expect(end.counts).toMatchObject({ failed: 3 });
  expect(stage.effects('delete').changed).toBe(0);
});

test('a backup that is encrypted with KMS is compared by its size', async () => {
  const stage = bench(2);
  const etag = 'f'.repeat(32);
  const isHead = ({ method }: { method: string }) => method === 'HEAD';
  stage.answer = (request) => {
    if (!isHead(request)) return null;
    const size = request.target.endsWith('/0.txt') ? '100' : '7';
    const headers = { etag, 'content-length': size, 'x-amz-server-side-encryption': 'aws:kms' };
    return { status: 200, headers, body: '' };
  };
  const end = await alive(stage.start(JOB, { env: ENV }));
  expect(stage.items(end.run, 'failed')).toMatchObject([{ reason: 'backup_differs' }]);
  expect(stage.effects('delete').changed).toBe(1);
});
