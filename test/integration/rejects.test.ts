// Tests src/sources/rejects-file.ts.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import { startRun } from '../../src/run/start-run.ts';
import { readRun } from '../../src/state/read-runs.ts';
import { alive, type LifeChanges, type RunBench, runBench } from '../support/run-bench.ts';

const STORE = [{ uses: 'store' }];

/** A bench with a list of these bytes; `uuids` are files of its project. */
function listed(
  files: number,
  bytes: (uuids: readonly string[]) => Buffer | string,
  name = 'l.csv',
) {
  const bench = runBench();
  const uuids = Array.from({ length: files }, () => bench.emulator.projects[0]!.addFile({}).uuid);
  const path = join(bench.directory, name);
  writeFileSync(path, bytes(uuids));
  return { bench, path };
}

function start(bench: RunBench, path: string, changes: LifeChanges = {}) {
  const job = { source: { list: { path, onBadRow: 'skip' } }, steps: STORE };
  return bench.start(job, changes);
}

async function statusRejects(bench: RunBench, run: RunId) {
  const status = await bench.live({}, ({ world }) => readRun(bench.directory, run, world));
  return status?.rejects;
}

interface Reject {
  readonly line: number;
  readonly reason: string;
  readonly bytes: number;
  readonly form: string;
  /** The bytes of the row, recovered from the form. */
  readonly row: Buffer;
}

/** Reads a rejects file as a program of a user would: RFC 4180, then the form. */
function readRejects(bench: RunBench, run: RunId | string): Reject[] {
  const text = readFileSync(join(bench.directory, 'runs', `${run}.rejects.csv`), 'utf8');
  const [header, ...lines] = text.match(/(?:"(?:[^"]|"")*"|[^"\r\n])+(?=\r\n)/g) ?? [];
  expect(header).toBe('line,reason,bytes,form,row');
  return lines.map((line) => {
    const cells = /^(\d+),"((?:[^"]|"")*)",(\d+),(\w+),"((?:[^"]|"")*)"$/.exec(line);
    const [, no, reason = '', bytes, form = '', cell = ''] = cells ?? [];
    const value = cell.replaceAll('""', '"');
    const row =
      form === 'base64'
        ? Buffer.from(value, 'base64')
        : Buffer.from(form === 'apostrophe' ? value.slice(1) : value);
    return { line: Number(no), reason, bytes: Number(bytes), form, row };
  });
}

test('every bad row is recorded as it was, whatever is in it', async () => {
  const bad = [
    Buffer.from('cat.jpg,"a ""b"", c"'),
    Buffer.from('=1+2,x'),
    Buffer.from('@SUM(1),x'),
    Buffer.from([0x63, 0xff, 0xfe, 0x2c, 0x78]),
    Buffer.from('a\0b,x'),
    Buffer.from('größe 产品,x'),
    Buffer.from('"two\nlines",x'),
    Buffer.from("'quoted',x"),
    Buffer.from('a,b,c,d'),
  ];
  const { bench, path } = listed(3, ([one, two, three]) =>
    Buffer.concat([
      Buffer.from(`uuid,album\n${one},x\n`),
      ...bad.flatMap((row) => [row, Buffer.from('\n\n')]),
      Buffer.from(`${two},x\n${three},x\n`),
    ]),
  );

  const end = await alive(start(bench, path));

  const rejects = readRejects(bench, end.run);
  expect(end.counts).toMatchObject({ done: 3, total: 3 });
  expect(end.leftOut.rejected).toBe(bad.length);
  expect(rejects.map(({ row }) => row.toString('hex'))).toEqual(
    bad.map((row) => row.toString('hex')),
  );
  expect(rejects.map(({ bytes }) => bytes)).toEqual(bad.map((row) => row.length));
  expect(rejects.map(({ line }) => line)).toEqual([3, 5, 7, 9, 11, 13, 15, 18, 20]);
  expect(rejects.map(({ form }) => form)).toEqual([
    'text',
    'apostrophe',
    'apostrophe',
    'base64',
    'base64',
    'text',
    'text',
    'text',
    'text',
  ]);
  expect(rejects[0]?.reason).toMatch(/not a file's UUID/);
});

test('the summary and the status name the file', async () => {
  const { bench, path } = listed(1, ([one]) => `${one}\ncat\n`, 'l.txt');
  const end = await alive(start(bench, path));
  const file = join(bench.directory, 'runs', `${end.run}.rejects.csv`);
  expect(end.rejects).toBe(file);
  expect(await statusRejects(bench, end.run)).toBe(file);
});

test('without a bad row, and for a plan, there is no file', async () => {
  const { bench, path } = listed(2, (uuids) => uuids.join('\n'), 'l.txt');
  const end = await alive(start(bench, path));
  expect(end.rejects).toBeNull();
  expect(await statusRejects(bench, end.run)).toBeNull();
  writeFileSync(path, 'cat\n');
  await bench.plan({ source: { list: { path, onBadRow: 'skip' } }, steps: STORE });
  expect(existsSync(join(bench.directory, 'runs', 'run-2.rejects.csv'))).toBe(false);
});

test('a byte order mark and line ends are not a part of a row', async () => {
  const { bench, path } = listed(1, ([one]) => `\ufeffcat\r\n${one}\r\ndog\r\n`, 'l.txt');
  const end = await alive(start(bench, path));
  expect(readRejects(bench, end.run).map(({ row }) => row.toString())).toEqual(['cat', 'dog']);
});

test('a row that is too long is cut, and its size is known', async () => {
  const long = 'x'.repeat(300_000);
  const { bench, path } = listed(1, ([one]) => `${long}\ncat\n${one}\n`, 'l.txt');
  const end = await alive(start(bench, path));
  const [cut, whole] = readRejects(bench, end.run);
  expect(cut?.row.toString()).toBe(long.slice(0, 128 * 1024));
  expect(cut?.bytes).toBe(300_001);
  expect(whole?.row.toString()).toBe('cat');
});

test('many bad rows on one page are written in batches', async () => {
  const bad = Array.from({ length: 5000 }, (_, index) => `bad ${index}`);
  const { bench, path } = listed(1, ([one]) => `${[...bad, one].join('\n')}\n`, 'l.txt');
  const end = await alive(start(bench, path));
  expect(readRejects(bench, end.run).map(({ row }) => row.toString())).toEqual(bad);
});

test.each([
  ['page-read', 1],
  ['page-read', 2],
  ['page-read', 3],
  ['page-committed', 1],
  ['page-committed', 2],
] as const)('after a kill at %s %d, each bad row is recorded once', async (point, hit) => {
  const { bench, path } = listed(
    2500,
    (uuids) => `${uuids.flatMap((uuid, index) => [`bad ${index}`, uuid]).join('\n')}\n`,
    'l.txt',
  );
  expect(await start(bench, path, { death: { point, hit } })).toBeNull();

  const end = await alive(bench.resume());

  const rows = readRejects(bench, end.run).map(({ row }) => row.toString());
  expect(rows).toEqual(Array.from({ length: 2500 }, (_, index) => `bad ${index}`));
  expect(end.leftOut.rejected).toBe(2500);
});

test('a check before a delete reads the list again without recording its rows twice', async () => {
  const { bench, path } = listed(
    1500,
    (uuids) => `${uuids.flatMap((uuid, index) => [`bad ${index}`, uuid]).join('\n')}\n`,
    'l.txt',
  );
  const job = {
    source: { list: { path, onBadRow: 'skip' } },
    steps: [{ uses: 'delete' }],
    recheckAfter: '1ms',
  };
  let isListed = false;
  let writesAfterListing = 0;
  const end = await bench.live({}, (context) => {
    const { files } = context.world;
    const writeFrom: typeof files.writeFrom = (...written) => {
      if (isListed) writesAfterListing += 1;
      return files.writeFrom(...written);
    };
    const listener = ({ kind }: { readonly kind: string }) => {
      if (kind === 'walk-finished') isListed = true;
    };
    const world = { ...context.world, files: { ...files, writeFrom } };
    return startRun(bench.job(job), { ...context, listener, world });
  });
  expect(end?.counts.done).toBe(1500);
  expect(writesAfterListing).toBe(0);
  expect(readRejects(bench, end?.run ?? '')).toHaveLength(1500);
});
