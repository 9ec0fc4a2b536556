import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { RunId } from '../../src/core/run.ts';
import type { EmulatorOptions } from '../../src/emulator/emulator.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';

const MIB = 1024 ** 2;
const PART = 5 * MIB;
const LARGE = Buffer.from(
  new Uint8Array(2 * PART + 17).map((_, place) => (place >> 12) ^ (place * 7)),
);
const STEP = { uses: 'upload', with: { partsFrom: '10MiB' } };

function setup(content: Buffer | string = LARGE, options: EmulatorOptions = {}) {
  const bench = runBench(options);
  const folder = join(bench.directory, 'folder');
  mkdirSync(folder);
  const path = join(folder, 'large.bin');
  writeFileSync(path, content);
  const job = { source: { folder: { path: folder } }, steps: [STEP] };
  return { bench, job, path, folder };
}

/** Results of items by their names, with what the service has of each. */
function made(bench: RunBench, run: RunId) {
  const project = bench.emulator.projects[0]!;
  return bench.items(run).map(({ key, state, result, reason }) => {
    const { file, size, sha256 } = (result ?? {}) as JsonObject;
    const original = project.original(String(file));
    return { key, state, reason, size, sha256, original: original?.sha256 ?? null };
  });
}

function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

function filesAtService(bench: RunBench): number {
  const { stored, unstored } = bench.emulator.projects[0]!.counts();
  return stored + unstored;
}

const starts = (bench: RunBench) =>
  bench.sent.filter(({ target }) => target.startsWith('/multipart/start/')).length;
const completes = (bench: RunBench) =>
  bench.sent.filter(({ target }) => target.startsWith('/multipart/complete/')).length;
const partTimes = (bench: RunBench) => bench.emulator.uploadedParts().map(({ times }) => times);

function expectWhole(bench: RunBench, run: RunId, content: Buffer | string = LARGE): void {
  const hash = sha256(content);
  const done = { key: 'large.bin', state: 'done', size: content.length, sha256: hash };
  expect(made(bench, run)).toMatchObject([{ ...done, original: hash }]);
  expect(filesAtService(bench)).toBe(1);
}

test('a large file goes up in parts, its checksum is of what the service has', async () => {
  const { bench, job } = setup();
  const end = await alive(bench.start(job));
  expectWhole(bench, end.run);
  expect([starts(bench), completes(bench), partTimes(bench)]).toEqual([1, 1, [1, 1, 1]]);
});

test.each([
  [1, 0],
  [2, 1],
  [3, 2],
  [4, 3],
])(
  'killed at its note no. %i: goes on at once with the parts that are missing',
  async (hit, noted) => {
    const { bench, job } = setup();
    expect(await bench.start(job, { death: { point: 'transfer-noted', hit } })).toBe(null);
    const before = bench.sent.length;
    const diedAt = bench.clock.now();
    const end = await alive(bench.resume());
    expectWhole(bench, end.run);
    const puts = bench.sent.slice(before).filter(({ method }) => method === 'PUT');
    expect(puts.length).toBeLessThanOrEqual(3 - noted);
    expect([starts(bench), completes(bench)]).toEqual([1, 1]);
    expect(bench.clock.now() - diedAt).toBeLessThan(60_000);
  },
);

test('a start whose answer was lost leaves nothing: another one begins', async () => {
  const { bench, job } = setup();
  let isDue = true;
  bench.fault = ({ target }) => {
    if (!isDue || !target.startsWith('/multipart/start/')) return null;
    isDue = false;
    return 'reset-after-effect';
  };
  const end = await alive(bench.start(job));
  expectWhole(bench, end.run);
  expect(starts(bench)).toBe(2);
});

test('a file that changed between two processes is never mixed: its upload begins anew', async () => {
  const { bench, job, path } = setup();
  await bench.start(job, { death: { point: 'transfer-noted', hit: 3 } });
  const changed = Buffer.concat([LARGE, Buffer.from('more')]);
  writeFileSync(path, changed);
  const end = await alive(bench.resume());
  expectWhole(bench, end.run, changed);
  expect(starts(bench)).toBe(2);
});

test('a file that became small between two processes goes up whole', async () => {
  const { bench, job, path } = setup();
  await bench.start(job, { death: { point: 'transfer-noted', hit: 2 } });
  writeFileSync(path, 'small');
  const end = await alive(bench.resume());
  expectWhole(bench, end.run, 'small');
});

test('the same size and time, yet other bytes: found out before anything is made of them', async () => {
  const { bench, job, path } = setup();
  const time = new Date('2026-11-01T10:00:00Z');
  utimesSync(path, time, time);
  await bench.start(job, { death: { point: 'transfer-noted', hit: 4 } });
  const other = Buffer.from(LARGE);
  other.write('other', PART + 5);
  writeFileSync(path, other);
  utimesSync(path, time, time);
  const end = await alive(bench.resume());
  expect(made(bench, end.run)).toMatchObject([{ state: 'failed', reason: 'body_changed' }]);
  expect([filesAtService(bench), completes(bench)]).toEqual([0, 0]);
});

test('part URLs that are about to expire are not used any more: the upload begins anew', async () => {
  const { bench, job } = setup();
  await bench.start(job, { death: { point: 'transfer-noted', hit: 3 } });
  for (const hours of [12, 11.5]) {
    await bench.live({}, ({ world }) => world.clock.sleep(hours * 3_600_000));
  }
  const before = bench.sent.length;
  const end = await alive(bench.resume());
  expectWhole(bench, end.run);
  expect(bench.sent.slice(before).filter(({ method }) => method === 'PUT')).toHaveLength(3);
});

test('a part that the storage refuses: the upload begins anew, as another attempt', async () => {
  const { bench, job } = setup();
  let refusals = 1;
  bench.answer = ({ method }) => {
    if (method !== 'PUT' || refusals === 0) return null;
    refusals -= 1;
    return answerWith(bench, 403, '<Error><Code>AccessDenied</Code></Error>');
  };
  const end = await alive(bench.start(job));
  expectWhole(bench, end.run);
  expect(starts(bench)).toBe(2);
});

test('a completion that took effect is not repeated, though the file changed and its URLs expired', async () => {
  const { bench, job, path } = setup();
  // Only the completion has an intent.
  await bench.start(job, { death: { point: 'response-received', hit: 1 } });
  appendFileSync(path, 'more');
  bench.answer = ({ target }) =>
    target.startsWith('/files/search/')
      ? answerWith(bench, 200, { next: null, results: [], total: 0 })
      : null;
  const end = await alive(bench.resume());
  expect(bench.items(end.run)).toMatchObject([{ state: 'done', result: { size: LARGE.length } }]);
  expect([filesAtService(bench), starts(bench)]).toEqual([1, 1]);
});

test('fewer bytes at the service than were sent: the item fails, and names the file', async () => {
  const { bench, job } = setup('twelve bytes');
  bench.answer = ({ target }) => {
    const uuid = /^\/info\/.*file_id=([0-9a-f-]+)/.exec(target)?.[1];
    return uuid === undefined ? null : answerWith(bench, 200, { uuid, size: 3, is_ready: true });
  };
  const end = await alive(bench.start(job));
  const [item] = bench.items(end.run);
  expect(item).toMatchObject({ state: 'failed', reason: 'size_mismatch' });
  expect(item?.message).toMatch(/^12 bytes were sent, .* 3 bytes: [0-9a-f-]{36}/);
});

const searches = (bench: RunBench) =>
  bench.sent.filter(({ target }) => target.startsWith('/files/search/')).length;

test('a budget that ends between an answer and its check loses neither: the next process checks at once', async () => {
  const { bench, job, folder } = setup('large');
  for (const name of ['b', 'c']) writeFileSync(join(folder, name), `file ${name}`);
  const limited = { ...job, limits: { requests: 3 } };
  const startedAt = bench.clock.now();
  let end = await alive(bench.start(limited));
  expect(end.counts.done).toBeLessThan(3);
  for (let lives = 0; end.counts.done < 3 && lives < 5; lives += 1)
    end = await alive(bench.resume());
  for (const { state, size, sha256: hash, original } of made(bench, end.run)) {
    expect({ state, hash }).toEqual({ state: 'done', hash: original });
    expect(size).toBeGreaterThan(0);
  }
  expect([filesAtService(bench), searches(bench)]).toEqual([3, 0]);
  expect(bench.clock.now() - startedAt).toBeLessThan(60_000);
});

test('killed between an answer and its check: the next process checks the same file, though the local one is gone', async () => {
  const { bench, job, path } = setup('small');
  expect(await bench.start(job, { death: { point: 'transfer-noted', hit: 1 } })).toBe(null);
  rmSync(path);
  const diedAt = bench.clock.now();
  const end = await alive(bench.resume());
  expectWhole(bench, end.run, 'small');
  expect(searches(bench)).toBe(0);
  expect(bench.clock.now() - diedAt).toBeLessThan(60_000);
});

test('an answer whose file the service does not know proves nothing: a look for the tag decides', async () => {
  const { bench, job } = setup('small');
  bench.answer = ({ target }) =>
    target.startsWith('/info/') ? answerWith(bench, 404, 'File not found') : null;
  const end = await alive(bench.start(job));
  expect(bench.items(end.run)).toMatchObject([{ state: 'done', result: { size: 5 } }]);
  const checks = bench.sent.filter(({ target }) => target.startsWith('/info/')).length;
  expect([filesAtService(bench), checks, searches(bench)]).toEqual([1, 1, 1]);
});

test.each([
  [5, 'done', null],
  [3, 'failed', 'size_mismatch'],
])(
  'a lost answer, and a look that finds a file of %i bytes where 5 were sent: %s',
  async (size, state, reason) => {
    const { bench, job } = setup('small');
    bench.fault = ({ target }) => (target.startsWith('/base/') ? 'reset-after-effect' : null);
    bench.changeFile = (file) => {
      file['size'] = size;
    };
    const end = await alive(bench.start(job));
    expect(bench.items(end.run)).toMatchObject([{ state, reason }]);
    expect(filesAtService(bench)).toBe(1);
  },
);

test('a check that fails makes nothing twice', async () => {
  const { bench, job } = setup('small');
  bench.answer = ({ target }) =>
    target.startsWith('/info/') ? answerWith(bench, 500, 'broken') : null;
  const end = await alive(bench.start(job));
  expect(end.counts.done).toBe(1);
  expect(filesAtService(bench)).toBe(1);
});

test.each([
  ['in parts', LARGE, 'PUT'],
  ['whole', 'small', 'POST'],
])(
  'a file that grows while it goes up %s fails, and nothing is made of it',
  async (_, content, sent) => {
    const { bench, job, path } = setup(content);
    let isDue = true;
    bench.fault = ({ method, target }) => {
      if (isDue && method === sent && !target.startsWith('/multipart/')) {
        isDue = false;
        appendFileSync(path, 'more');
      }
      return null;
    };
    const end = await alive(bench.start(job));
    const [item] = bench.items(end.run);
    expect(item).toMatchObject({ state: 'failed', reason: 'body_changed', attempts: 0 });
    expect(item?.message).toContain(`${JSON.stringify(path)} changed during the upload`);
    expect([isDue, filesAtService(bench), completes(bench)]).toEqual([false, 0, 0]);
  },
);

test('the path below the folder is kept as metadata; one that is too long fails alone', async () => {
  const { bench, job, folder } = setup('a');
  const deep = join(folder, ...Array.from({ length: 4 }, (_, n) => `${n}`.repeat(150)));
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, 'x'), 'x');
  const steps = [{ uses: 'upload', with: { pathKey: 'path', metadata: { a: 'b' } } }];
  const end = await alive(bench.start({ ...job, steps }));
  const [long, short] = bench.items(end.run);
  expect(long).toMatchObject({ state: 'failed', reason: 'path_too_long' });
  const file = bench.emulator.projects[0]!.file(String(short?.result?.['file']));
  expect(JSON.parse(file?.metadata ?? '')).toMatchObject({ path: 'large.bin', a: 'b' });
});

test('a file that is gone, or became a folder, fails alone', async () => {
  const { bench, job, folder } = setup('a');
  for (const name of ['b', 'c', 'd']) writeFileSync(join(folder, name), name);
  await bench.start(job, { death: { point: 'claimed', hit: 1 } });
  rmSync(join(folder, 'b'));
  rmSync(join(folder, 'c'));
  mkdirSync(join(folder, 'c'));
  const end = await alive(bench.resume());
  expect(bench.items(end.run).map(({ key, state, reason }) => [key, state, reason])).toEqual([
    ['b', 'failed', 'unreadable'],
    ['c', 'failed', 'unreadable'],
    ['d', 'done', null],
    ['large.bin', 'done', null],
  ]);
});

test('a large file that is gone by the time of a resume fails, and nothing is made', async () => {
  const { bench, job, path } = setup();
  await bench.start(job, { death: { point: 'transfer-noted', hit: 3 } });
  rmSync(path);
  const end = await alive(bench.resume());
  expect(made(bench, end.run)).toMatchObject([{ state: 'failed', reason: 'unreadable' }]);
  expect([filesAtService(bench), completes(bench)]).toEqual([0, 0]);
});

test('an empty file is a file of no bytes', async () => {
  const { bench, job } = setup('');
  const end = await alive(bench.start(job));
  expectWhole(bench, end.run, '');
});
