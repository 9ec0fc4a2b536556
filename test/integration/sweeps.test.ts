import { expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import type { CrashPoint } from '../../src/core/world.ts';
import {
  alive,
  answerWith,
  type RunBench,
  runBench,
  type SentRequest,
} from '../support/run-bench.ts';

const RUN = 'run-1' as RunId;

function jobOf(uses: string, more: object = {}): object {
  const source = { files: { stored: false, pageSize: 10 } };
  return { source, steps: [{ uses }], verify: { sweeps: 3 }, ...more };
}

function isBatch({ method, target }: SentRequest): boolean {
  return target === '/files/storage/' && method !== 'GET';
}

/** The answer that calls all files of a batch done. */
function success(bench: RunBench, { method, body }: SentRequest) {
  const now = new Date(bench.clock.now()).toISOString();
  const times =
    method === 'PUT'
      ? { datetime_stored: now, datetime_removed: null }
      : { datetime_stored: null, datetime_removed: now };
  const result = (JSON.parse(String(body)) as string[]).map((uuid) => ({ uuid, ...times }));
  return answerWith(bench, 200, { status: 'ok', result, problems: {} });
}

/** The service calls the first batches done, but does nothing. */
function lieAtFirst(bench: RunBench, batches: number): void {
  let lies = 0;
  bench.answer = (request) => {
    if (!isBatch(request) || lies >= batches) return null;
    lies += 1;
    return success(bench, request);
  };
}

test.each(['store', 'delete'] as const)(
  '%s: what the service did not do is done again',
  async (uses) => {
    const bench = runBench({ files: 25, storedShare: 0 });
    lieAtFirst(bench, 1);
    const end = await alive(bench.start(jobOf(uses)));
    expect(end).toMatchObject({ state: 'finished', counts: { done: 25, total: 25 } });
    expect(end.verified).toMatchObject({ no: 2, verified: 25, different: 0, reopened: 0 });
    expect(bench.effects(uses)).toEqual({ changed: 25, twice: 0 });
  },
);

test('a run without missing effects lists the project once, and repeats nothing', async () => {
  const bench = runBench({ files: 25, storedShare: 0 });
  const end = await alive(bench.start(jobOf('store')));
  expect(end.verified).toMatchObject({ no: 1, verified: 25, different: 0 });
  expect(bench.mutations).toHaveLength(1);
});

test('a service that never does it ends the sweeps, and the run has differences', async () => {
  const bench = runBench({ files: 12, storedShare: 0 });
  lieAtFirst(bench, 100);
  const end = await alive(bench.start(jobOf('store')));
  // The second comparison finds as many differences as the first one.
  expect(end.verified).toMatchObject({ no: 2, verified: 0, different: 12, reopened: 0 });
  expect(bench.mutations).toHaveLength(2);
});

test('a sweep deletes no file that somebody stored meanwhile', async () => {
  const bench = runBench({ files: 12, storedShare: 0 });
  const mine = bench.emulator.projects[0]!.seededFile(4).uuid;
  let batches = 0;
  bench.answer = (request) => {
    if (!isBatch(request)) return null;
    batches += 1;
    if (batches > 1) return null;
    bench.storeElsewhere(mine);
    return success(bench, request);
  };
  const end = await alive(bench.start(jobOf('delete')));
  expect(end.counts).toMatchObject({ done: 11, skipped: 1 });
  expect(end.reasons).toMatchObject([{ reason: 'stored meanwhile', count: 1 }]);
  expect(bench.emulator.projects[0]!.file(mine)).toMatchObject({ removedAt: null });
  expect(bench.effects('delete')).toEqual({ changed: 11, twice: 0 });
});

test('a file that is gone when the sweep deletes it again stays deleted by the run', async () => {
  const bench = runBench({ files: 12, storedShare: 0 });
  const uuids = Array.from(
    { length: 12 },
    (_, at) => bench.emulator.projects[0]!.seededFile(at).uuid,
  );
  let isGone = false;
  lieAtFirst(bench, 1);
  const { answer } = bench;
  bench.answer = (request) => {
    const isListing = request.target.startsWith('/files/?');
    const hasSwept = bench.mutations.length > 0 && request.target.includes('stored=false');
    if (isListing && hasSwept && !isGone) {
      isGone = true;
      for (const uuid of uuids) bench.removeElsewhere(uuid);
    }
    return answer(request);
  };
  const end = await alive(bench.start(jobOf('delete')));
  expect(isGone).toBe(true);
  expect(end).toMatchObject({ counts: { done: 12, skipped: 0 }, reasons: [] });
  expect(bench.mutations).toHaveLength(1);
});

test('failed items that may be retried are done again, others are not', async () => {
  const bench = runBench({ files: 12, storedShare: 0 });
  const bad = bench.emulator.projects[0]!.seededFile(3).uuid;
  let refusals = 0;
  bench.answer = (request) => {
    if (!isBatch(request) || refusals > 0) return null;
    refusals += 1;
    const uuids = (JSON.parse(String(request.body)) as string[]).filter((uuid) => uuid !== bad);
    const rest = success(bench, { ...request, body: JSON.stringify(uuids) });
    const body = { ...JSON.parse(rest.body), problems: { [bad]: 'Some problem' } };
    return answerWith(bench, 200, body);
  };
  const end = await alive(bench.start(jobOf('store')));
  expect(end).toMatchObject({ counts: { done: 12, failed: 0 }, verified: { verified: 12 } });
});

test('a copy whose effect is missing is never made again', async () => {
  const bench = runBench({ files: 3, storedShare: 1 });
  const inline = [0, 1, 2].map((at) => bench.emulator.projects[0]!.seededFile(at).uuid);
  bench.changeFile = (file) => {
    if (!inline.includes(String(file['uuid']))) file['datetime_stored'] = null;
  };
  const job = { source: { inline }, steps: [{ uses: 'copy-local' }], verify: { sweeps: 3 } };
  const end = await alive(bench.start(job));
  expect(end.verified).toMatchObject({ no: 1, different: 3, reopened: 0 });
  expect(bench.mutations).toHaveLength(3);
});

test('a stored file that somebody deleted is a difference, and is not stored again', async () => {
  const bench = runBench({ files: 5, storedShare: 0 });
  const mine = bench.emulator.projects[0]!.seededFile(2).uuid;
  bench.answer = ({ target }) => {
    const isSweep = target.startsWith('/files/?') && !target.includes('stored=');
    if (isSweep && bench.mutations.length === 1) bench.removeElsewhere(mine);
    return null;
  };
  const end = await alive(bench.start(jobOf('store')));
  expect(end).toMatchObject({ counts: { done: 5 }, verified: { no: 1, different: 1 } });
  expect(bench.mutations).toHaveLength(1);
});

const POINTS: readonly CrashPoint[] = [
  'claimed',
  'group-commit',
  'intent-committed',
  'before-write',
  'after-write',
  'answer-read',
  'outcome-committed',
  'run-finished',
];

test.each(POINTS)(
  'a process that dies at %s of a sweep: the next one has the same end',
  async (point) => {
    for (const uses of ['store', 'delete'] as const) {
      for (const hit of [2, 3]) {
        const bench = runBench({ files: 12, storedShare: 0 });
        lieAtFirst(bench, 1);
        const job = jobOf(uses);
        let end = await bench.start(job, { death: { point, hit } });
        end ??= await alive(bench.resume({ run: RUN }));
        expect(end).toMatchObject({ state: 'finished', counts: { done: 12, total: 12 } });
        expect(end.verified).toMatchObject({ verified: 12, different: 0, reopened: 0 });
        expect(bench.effects(uses)).toEqual({ changed: 12, twice: 0 });
      }
    }
  },
);

test('a group that still exists after its delete is deleted again', async () => {
  const bench = runBench({ autostore: false });
  const { uuid } = bench.emulator.projects[0]!.addFile({});
  await alive(bench.start({ source: { inline: [uuid] }, steps: [{ uses: 'create-group' }] }));
  let lies = 0;
  bench.answer = ({ method }) => {
    if (method !== 'DELETE' || lies > 0) return null;
    lies += 1;
    return answerWith(bench, 204, {});
  };
  const source = { groups: { take: 'groups' } };
  const job = { source, steps: [{ uses: 'delete-group' }], verify: { sweeps: 2 } };
  const end = await alive(bench.start(job));
  expect(end).toMatchObject({
    counts: { done: 1 },
    verified: { no: 2, verified: 1, different: 0 },
  });
  expect(bench.mutations.filter(({ method }) => method === 'DELETE')).toHaveLength(2);
});
