import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import { LedgerReader } from '../../src/ledger/ledger-reader.ts';
import { takeLock } from '../../src/ledger/process-lock.ts';
import { keyFingerprint, publicKeyOf } from '../../src/plans/approval-keys.ts';
import { approvePlan } from '../../src/plans/approve-plan.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { createSystemFiles } from '../../src/world/system-files.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const HOUR = 3_600_000;
const DELETE = {
  source: { files: { stored: false, pageSize: 4 } },
  where: { uploaded: { olderThan: '1h' } },
  steps: [{ uses: 'delete' }],
};

/** A project with unstored files, oldest first. */
function benchWith(count: number) {
  const bench = runBench();
  const files = Array.from({ length: count }, (_, index) => addFile(bench, (100 - index) * HOUR));
  return { bench, uuids: files.map(({ uuid }) => uuid) };
}

function addFile(bench: RunBench, ageMs: number) {
  const uploadedAt = new Date(bench.clock.now() - ageMs).toISOString();
  return bench.emulator.projects[0]!.addFile({ uploadedAt, storedAt: null });
}

function deleted(bench: RunBench): string[] {
  return [...bench.emulator.audit.entries()]
    .filter(({ operation, changed }) => operation === 'delete' && changed)
    .map(({ uuid }) => uuid);
}

/** The key of each item that was skipped as changed. */
function changed(bench: RunBench, run: RunId): string[] {
  const items = bench.items(run, 'skipped').filter(({ reason }) => reason === 'changed');
  return items.map(({ key }) => key);
}

test('apply does exactly the plan: no new match, and nothing that no longer matches', async () => {
  const { bench, uuids } = benchWith(10);
  const path = await bench.freeze(DELETE);
  bench.storeElsewhere(uuids[2]!);
  bench.storeElsewhere(uuids[9]!);
  const late = [addFile(bench, 200 * HOUR), addFile(bench, 50 * HOUR)].map(({ uuid }) => uuid);
  const asked: unknown[] = [];
  const end = await alive(
    bench.apply(path, {
      confirm: async (question) => {
        asked.push(question.effects);
        return true;
      },
    }),
  );
  expect(end).toMatchObject({ state: 'finished', stop: null, leftOut: { newMatches: 2 } });
  expect(end.counts).toMatchObject({ done: 8, skipped: 2, total: 10 });
  expect(asked).toMatchObject([[{ kind: 'delete', count: 8 }]]);
  expect(changed(bench, end.run)).toEqual([uuids[2], uuids[9]]);
  expect(deleted(bench).sort()).toEqual(
    uuids.filter((uuid) => ![uuids[2], uuids[9]].includes(uuid)).sort(),
  );
  expect(deleted(bench)).not.toEqual(expect.arrayContaining(late));
});

test('guards count only the planned items that still match', async () => {
  const { bench, uuids } = benchWith(10);
  const job = { ...DELETE, guard: { maxItems: 9 } };
  const path = await bench.freeze({ ...job, guard: {} });
  bench.storeElsewhere(uuids[0]!);
  const end = await alive(bench.apply(path, { job }));
  expect(end.counts).toMatchObject({ done: 9, skipped: 1 });
});

test('a guard that the matching items exceed stops the run before its first step', async () => {
  const { bench } = benchWith(10);
  const path = await bench.freeze(DELETE);
  const end = await alive(bench.apply(path, { job: { ...DELETE, guard: { maxItems: 9 } } }));
  expect(end.stop).toMatchObject({ kind: 'guard' });
  expect(deleted(bench)).toEqual([]);
});

test('a limit of the job is part of the plan: a changed item is not replaced by a later one', async () => {
  const { bench, uuids } = benchWith(10);
  const path = await bench.freeze({ ...DELETE, limits: { items: 5 } });
  bench.storeElsewhere(uuids[1]!);
  const end = await alive(bench.apply(path));
  expect(end.counts).toMatchObject({ done: 4, skipped: 1, total: 5 });
  expect(deleted(bench).sort()).toEqual([0, 2, 3, 4].map((index) => uuids[index]).sort());
});

test('matches beyond the limit of a plan are not new, and a match before its last item is', async () => {
  const { bench, uuids } = benchWith(10);
  const path = await bench.freeze({ ...DELETE, limits: { items: 6 } });
  const late = addFile(bench, 98.5 * HOUR);
  bench.sent.length = 0;
  const end = await alive(bench.apply(path));
  expect(end.leftOut.newMatches).toBe(1);
  expect(deleted(bench).sort()).toEqual(uuids.slice(0, 6).sort());
  expect(deleted(bench)).not.toContain(late.uuid);
  // The listing ends with the last item of the plan: two pages of four, and not the third one.
  const pages = bench.sent.filter(({ target }) => target.startsWith('/files/?'));
  expect(pages).toHaveLength(2);
});

test('matches beyond the limit are not new if the last item of the plan is gone', async () => {
  const { bench, uuids } = benchWith(10);
  const path = await bench.freeze({ ...DELETE, limits: { items: 6 } });
  bench.storeElsewhere(uuids[5]!);
  addFile(bench, 98.5 * HOUR);
  const end = await alive(bench.apply(path));
  expect(end.counts).toMatchObject({ done: 5, skipped: 1 });
  expect(end.leftOut.newMatches).toBe(1);
});

test('few planned files are read one by one, which needs fewer requests than a new listing', async () => {
  const { bench, uuids } = benchWith(20);
  const where = { uploaded: { olderThan: '99h' } };
  const path = await bench.freeze({ ...DELETE, where, source: { files: { pageSize: 1 } } });
  bench.storeElsewhere(uuids[1]!);
  bench.emulator.projects[0]!.addFile({ uuid: '5223010b-aaaa-4bbb-8ccc-00000000000a' });
  bench.sent.length = 0;
  const end = await alive(bench.apply(path));
  // The file that somebody stored still matches: the job takes stored files too.
  expect(end.counts).toMatchObject({ done: 2, total: 2 });
  const reads = bench.sent.filter(({ target }) => /^\/files\/[0-9a-f]/.test(target));
  expect(reads).toHaveLength(2);
  expect(bench.sent.filter(({ target }) => target.startsWith('/files/?'))).toEqual([]);
  expect(end.leftOut.newMatches).toBeUndefined();
});

test('a share is that of the listing of the plan if the files are read one by one', async () => {
  const { bench } = benchWith(20);
  const where = { uploaded: { olderThan: '99h' } };
  const job = { ...DELETE, where, source: { files: { pageSize: 1 } } };
  const path = await bench.freeze({ ...job, guard: { maxShare: '10%' } });
  expect((await alive(bench.apply(path))).counts).toMatchObject({ done: 2 });
  const strict = { ...job, guard: { maxShare: '9%' } };
  const again = await bench.freeze({ ...strict, where: { uploaded: { olderThan: '97h' } } });
  const end = await alive(bench.apply(again));
  expect(end.stop).toMatchObject({ kind: 'guard', message: expect.stringContaining('of the 18') });
});

test('a planned file that is gone is changed, also if all files are read one by one', async () => {
  const { bench, uuids } = benchWith(20);
  const where = { uploaded: { olderThan: '99h' } };
  const path = await bench.freeze({ ...DELETE, where, source: { files: { pageSize: 1 } } });
  bench.removeElsewhere(uuids[0]!);
  const end = await alive(bench.apply(path));
  expect(end.counts).toMatchObject({ done: 1, skipped: 1 });
  expect(changed(bench, end.run)).toEqual([uuids[0]]);
});

test('files that the plan could not decide about are read, and those that do not match are no items', async () => {
  const { bench, uuids } = benchWith(6);
  const project = bench.emulator.projects[0]!;
  const kept = project.addFile({
    uploadedAt: new Date(bench.clock.now() - 10 * HOUR).toISOString(),
    storedAt: null,
    tags: ['keep'],
  });
  bench.changeFile = (file) => {
    delete file['tags'];
  };
  const path = await bench.freeze({ ...DELETE, where: { tags: { none: ['keep'] } } });
  const end = await alive(bench.apply(path));
  expect(end.counts).toMatchObject({ done: 6, total: 6 });
  expect(deleted(bench).sort()).toEqual([...uuids].sort());
  expect(deleted(bench)).not.toContain(kept.uuid);
});

test('rows of a list whose columns are different now are changed', async () => {
  const { bench, uuids } = benchWith(3);
  const list = join(bench.directory, 'list.csv');
  const rows = (values: readonly string[]) =>
    writeFileSync(list, `uuid,album\n${uuids.map((uuid, i) => `${uuid},${values[i]}`).join('\n')}`);
  rows(['a', 'b', 'c']);
  const job = {
    source: { list: { path: list, columns: ['album'] } },
    steps: [{ uses: 'metadata', with: { setFrom: { album: 'item.columns.album' } } }],
  };
  const path = await bench.freeze(job);
  rows(['a', 'x', 'c']);
  const end = await alive(bench.apply(path));
  expect(end.counts).toMatchObject({ done: 2, skipped: 1 });
  expect(changed(bench, end.run)).toEqual([uuids[1]]);
});

test('a resume uses its own copy of the plan, also if the file is gone', async () => {
  const { bench, uuids } = benchWith(10);
  const path = await bench.freeze(DELETE);
  bench.storeElsewhere(uuids[9]!);
  const died = await bench.apply(path, { death: { point: 'page-committed', hit: 2 } });
  expect(died).toBeNull();
  rmSync(path);
  const end = await alive(bench.resume());
  expect(end.counts).toMatchObject({ done: 9, skipped: 1 });
  expect(changed(bench, end.run)).toEqual([uuids[9]]);
  expect(deleted(bench).sort()).toEqual(uuids.slice(0, 9).sort());
});

test('a resume without its copy of the plan is refused', async () => {
  const { bench } = benchWith(10);
  const path = await bench.freeze(DELETE);
  const { run } = await alive(bench.apply(path, { confirm: async () => 'unanswered' }));
  const copy = join(bench.directory, 'runs', `${run}.plan`);
  const bytes = readFileSync(copy);
  for (const damage of [
    () => rmSync(copy),
    () => writeFileSync(copy, bytes.subarray(0, 500)),
    () => writeFileSync(copy, bytes.toString().replace('"size"', '"SIZE"').replace('-4', '-5')),
  ]) {
    damage();
    await expect(bench.resume()).rejects.toThrow('is missing or was changed');
    writeFileSync(copy, bytes);
  }
  expect(deleted(bench)).toEqual([]);
  expect((await alive(bench.resume())).counts).toMatchObject({ done: 10 });
});

test('a resume with the copy of another plan is refused', async () => {
  const { bench } = benchWith(10);
  const path = await bench.freeze(DELETE);
  const other = await bench.freeze({ ...DELETE, limits: { items: 3 } });
  const { run } = await alive(bench.apply(path, { confirm: async () => 'unanswered' }));
  writeFileSync(join(bench.directory, 'runs', `${run}.plan`), readFileSync(other));
  await expect(bench.resume()).rejects.toThrow('is missing or was changed');
  expect(deleted(bench)).toEqual([]);
});

test('a plan is applied once, unless the user says again', async () => {
  const { bench } = benchWith(2);
  const path = await bench.freeze({ ...DELETE, steps: [{ uses: 'info' }] });
  const end = await alive(bench.apply(path));
  await expect(bench.apply(path)).rejects.toThrow(`Run ${end.run} has already applied the plan`);
  expect((await alive(bench.apply(path, { again: true }))).counts).toMatchObject({ done: 2 });
});

test('a plan that was applied is refused at once, also if another run uses the project', async () => {
  const { bench } = benchWith(2);
  const path = await bench.freeze(DELETE);
  await alive(bench.apply(path));
  const lock = takeLock(statePaths(bench.directory).projectLock('demopublickey'));
  const before = bench.clock.now();
  const refusal = bench.apply(path, { onConflict: 'wait' });
  await expect(refusal).rejects.toThrow('has already applied the plan');
  expect(bench.clock.now()).toBe(before);
  lock?.release();
});

test('of two processes that apply a plan at the same time, one does it', async () => {
  const { bench } = benchWith(3);
  const path = await bench.freeze({
    ...DELETE,
    steps: [{ uses: 'copy-local' }],
  });
  const ends = await Promise.allSettled(
    [1, 2].map(() => bench.apply(path, { onConflict: 'share' })),
  );
  const [done, ...refused] = ends.sort((a, b) => (a.status < b.status ? -1 : 1));
  expect(done).toMatchObject({ value: { counts: { done: 3 } } });
  expect(refused).toMatchObject([{ reason: { kind: expect.stringMatching('locked|refused') } }]);
  const copies = [...bench.emulator.audit.entries()].filter(({ operation }) => {
    return operation === 'local_copy';
  });
  expect(copies).toHaveLength(3);
});

test('an unfinished run of the plan is to be resumed; a declined one is no obstacle', async () => {
  const { bench } = benchWith(2);
  const path = await bench.freeze(DELETE);
  const first = await alive(bench.apply(path, { confirm: async () => 'no' }));
  expect(first.state).toBe('declined');
  const second = await alive(bench.apply(path, { confirm: async () => 'unanswered' }));
  await expect(bench.apply(path)).rejects.toThrow(`ucbulk resume ${second.run}`);
});

test('a plan whose canary did its items and was then declined is applied again only on request', async () => {
  const { bench, uuids } = benchWith(6);
  const path = await bench.freeze(DELETE);
  const first = await alive(bench.apply(path, { canary: 2, confirmCanary: async () => 'no' }));
  expect(first).toMatchObject({ state: 'declined', counts: { done: 2 } });
  const message = `Run ${first.run} has already applied a part of the plan`;
  await expect(bench.apply(path)).rejects.toThrow(message);
  await expect(bench.apply(path)).rejects.toThrow('--again');
  expect(deleted(bench)).toEqual(uuids.slice(0, 2));
  const again = await alive(bench.apply(path, { again: true }));
  expect(again.counts).toMatchObject({ done: 4, skipped: 2 });
});

test('a declined run in which an item no longer matched did nothing', async () => {
  const { bench, uuids } = benchWith(3);
  const path = await bench.freeze(DELETE);
  bench.storeElsewhere(uuids[0]!);
  const first = await alive(bench.apply(path, { confirm: async () => 'no' }));
  expect(first).toMatchObject({ state: 'declined', counts: { skipped: 1 } });
  expect((await alive(bench.apply(path))).counts).toMatchObject({ done: 2, skipped: 1 });
});

test('a plan that is too old, or from the future, is refused', async () => {
  const { bench } = benchWith(2);
  const path = await bench.freeze(DELETE);
  const old = bench.apply(path, { maxAgeMs: HOUR / 2, skewMs: 2 * HOUR });
  await expect(old).rejects.toThrow(/is .* old, and --max-age allows 30m/);
  const early = bench.apply(path, { maxAgeMs: HOUR, skewMs: -20 * HOUR });
  await expect(early).rejects.toThrow('was made in the future');
  expect(deleted(bench)).toEqual([]);
});

test('a plan that becomes too old while its run waits is refused', async () => {
  const { bench } = benchWith(2);
  const window = '14:00-15:00 UTC';
  const path = await bench.freeze({ ...DELETE, window });
  const tooOld = /is .* old, and --max-age allows 1h/;
  const windowed = bench.apply(path, { maxAgeMs: HOUR, waitsForWindow: true });
  await expect(windowed).rejects.toThrow(tooOld);

  const next = benchWith(2).bench;
  const plan = await next.freeze(DELETE);
  let answer = (_: 'no') => {};
  const question = new Promise<'no'>((resolve) => {
    answer = resolve;
  });
  const busy = next.start(DELETE, { confirm: () => question });
  next.clock.after(2 * HOUR, () => answer('no'));
  await next.clock.sleep(10);
  const locked = next.apply(plan, { maxAgeMs: HOUR, onConflict: 'wait' });
  await expect(locked).rejects.toThrow(tooOld);
  await busy;
  for (const { sent } of [bench, next])
    expect(sent.every(({ method }) => method === 'GET')).toBe(true);
});

test.each([
  ['another project', { publicKey: 'otherpublickey' }, 'belongs to project demopublickey'],
  ['another service', { restOrigin: 'https://other.test' }, 'was made at https://service.test'],
])('a plan of %s is refused', async (_, connection, message) => {
  const { bench } = benchWith(2);
  const path = await bench.freeze(DELETE);
  const life = bench.live({}, (context) => Promise.resolve(context.connection));
  const own = (await life)!;
  const applied = bench.apply(path, { connection: { ...own, ...connection } });
  await expect(applied).rejects.toThrow(message);
});

test('a plan of another job is refused, with the differences', async () => {
  const { bench } = benchWith(2);
  const path = await bench.freeze(DELETE);
  const job = { ...DELETE, where: { uploaded: { olderThan: '2h' } } };
  await expect(bench.apply(path, { job })).rejects.toThrow('where.uploaded.olderThan: 1h → 2h');
});

test('an edited plan is refused', async () => {
  const { bench } = benchWith(2);
  const path = await bench.freeze(DELETE);
  appendFileSync(path, '["x",1,"y"]\n');
  await expect(bench.apply(path)).rejects.toThrow('was changed after it was made');
});

test('a canary has the first planned items that still match, and the question counts the others', async () => {
  const { bench, uuids } = benchWith(10);
  const path = await bench.freeze(DELETE);
  bench.storeElsewhere(uuids[0]!);
  const asked: unknown[] = [];
  const end = await alive(
    bench.apply(path, {
      canary: 3,
      confirmCanary: async ({ items, remaining }) => {
        asked.push({ items, remaining, deleted: deleted(bench) });
        return 'yes';
      },
    }),
  );
  expect(asked).toEqual([{ items: 3, remaining: 6, deleted: uuids.slice(1, 4) }]);
  expect(end.counts).toMatchObject({ done: 9, skipped: 1 });
});

test('a canary as large as the rest of the plan asks nothing', async () => {
  const { bench, uuids } = benchWith(4);
  const path = await bench.freeze(DELETE);
  bench.storeElsewhere(uuids[3]!);
  const confirmCanary = () => Promise.reject(new Error('asked'));
  const end = await alive(bench.apply(path, { canary: 3, confirmCanary }));
  expect(end.counts).toMatchObject({ done: 3, skipped: 1 });
});

test('a plan that needs an approval is applied only with it, and the ledger names the key', async () => {
  const { bench } = benchWith(2);
  const { privateKey } = generateKeyPairSync('ed25519');
  const key = publicKeyOf(privateKey);
  const path = await bench.freeze(DELETE, [key]);
  await expect(bench.apply(path)).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('is not approved'),
  });
  const place = { files: createSystemFiles(), path, file: 'some.plan' };
  await approvePlan(place, { privateKey, at: '2026-11-21T12:00:00.000Z', id: 'approval' });
  const { publicKey: other } = generateKeyPairSync('ed25519');
  const trusted = { approvedBy: [other.export({ format: 'jwk' }).x ?? ''] };
  await expect(bench.apply(path, trusted)).rejects.toThrow('No key that the plan names');
  expect(deleted(bench)).toEqual([]);
  const { run } = await alive(bench.apply(path, { approvedBy: [key] }));
  const reader = LedgerReader.open(join(bench.directory, 'runs', `${run}.db`));
  expect(reader.plan.get()).toMatchObject({ approvedBy: keyFingerprint(key) });
  reader.close();
});
