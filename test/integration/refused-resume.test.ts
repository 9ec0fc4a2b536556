import { truncateSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { parseRunId } from '../../src/core/run.ts';
import { takeLock } from '../../src/ledger/process-lock.ts';
import type { RunContext } from '../../src/run/run-request.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { alive, runBench } from '../support/run-bench.ts';

const DELETE = { source: { files: { stored: false, pageSize: 100 } }, steps: [{ uses: 'delete' }] };
const RUN = parseRunId('run-1');
const CONNECTION: RunContext['connection'] = {
  publicKey: 'demopublickey',
  secretKey: 'demosecretkey',
  restOrigin: 'https://service.test',
  auth: 'signed',
};

/** A run that was killed after its first chunk. */
async function setup() {
  const bench = runBench({ files: 250, storedShare: 0 });
  await bench.start(DELETE, { death: { point: 'outcome-committed', hit: 1 }, concurrency: 1 });
  const requests = bench.sent.length;
  return {
    bench,
    ledger: join(bench.directory, 'runs', 'run-1.db'),
    expectNothingSent: () => expect(bench.sent.length).toBe(requests),
  };
}

test('a job that does something else is refused, with the difference', async () => {
  const { bench, expectNothingSent } = await setup();
  const job = { ...DELETE, source: { files: { stored: true, pageSize: 100 } } };

  const refusal = bench.resume({ job });

  await expect(refusal).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('stored'),
  });
  await expect(refusal).rejects.toThrow('Nothing was sent');
  expectNothingSent();
});

test('a job that only changes limits and guards is accepted', async () => {
  const { bench } = await setup();
  const job = {
    ...DELETE,
    limits: { rate: 50, concurrency: 2 },
    guard: { maxItems: 1000, maxFailures: 3 },
  };

  expect(await alive(bench.resume({ job }))).toMatchObject({
    state: 'finished',
    counts: { done: 250 },
  });
});

test('the keys of another project are refused', async () => {
  const { bench, expectNothingSent } = await setup();
  const connection = { ...CONNECTION, publicKey: 'otherpublickey' };

  await expect(bench.resume({ connection })).rejects.toMatchObject({
    kind: 'configuration',
    message: expect.stringContaining('demopublickey'),
  });
  expectNothingSent();
});

test('another API base is refused', async () => {
  const { bench, expectNothingSent } = await setup();
  const connection = { ...CONNECTION, restOrigin: 'https://elsewhere.test' };

  await expect(bench.resume({ connection })).rejects.toMatchObject({
    kind: 'configuration',
    message: expect.stringContaining('https://service.test'),
  });
  expectNothingSent();
});

test('a job that is for another project does not start', async () => {
  const bench = runBench();
  await expect(bench.start({ ...DELETE, project: 'otherpublickey' })).rejects.toMatchObject({
    kind: 'configuration',
  });
  expect(bench.sent).toEqual([]);
});

test('a run that is not there is refused', async () => {
  const { bench, expectNothingSent } = await setup();
  await expect(bench.resume({ run: parseRunId('run-9') })).rejects.toMatchObject({
    kind: 'not-found',
  });
  expectNothingSent();
});

test('nothing to resume is said in words', async () => {
  const bench = runBench();
  await expect(bench.resume()).rejects.toMatchObject({ kind: 'not-found' });
});

test('a ledger that another program keeps from its readers is not taken for a finished one', async () => {
  const { bench, ledger, expectNothingSent } = await setup();
  const foreign = new Database(ledger);
  foreign.pragma('locking_mode = EXCLUSIVE');
  foreign.exec('BEGIN EXCLUSIVE');

  await expect(bench.resume()).rejects.toMatchObject({ kind: 'fatal', fatalCause: 'service' });
  expectNothingSent();

  foreign.close();
  expect(await alive(bench.resume())).toMatchObject({ state: 'finished' });
});

test.each([
  ['project', relative('/', statePaths('/').projectLock('demopublickey'))],
  ['run', join('runs', 'run-1.lock')],
])('while another process holds the %s, nothing is sent', async (_what, path) => {
  const { bench, expectNothingSent } = await setup();
  const held = takeLock(join(bench.directory, path));

  await expect(bench.resume()).rejects.toMatchObject({
    kind: 'locked',
    message: expect.stringMatching(/run run-1, since 2026/),
  });
  expectNothingSent();

  held?.release();
  expect(await alive(bench.resume())).toMatchObject({ state: 'finished' });
});

test('a second run on the project is refused before its first request', async () => {
  const bench = runBench({ files: 250, storedShare: 0 });
  let refusal: unknown;
  await bench.start(DELETE, {
    confirm: async () => {
      const before = bench.sent.length;
      const [second] = await Promise.allSettled([
        bench.live({}, async (context) => {
          const { startRun } = await import('../../src/run/start-run.ts');
          return startRun(bench.job(DELETE), context);
        }),
      ]);
      refusal = second.status === 'rejected' ? second.reason : null;
      expect(bench.sent.length).toBe(before);
      return true;
    },
  });
  expect(refusal).toMatchObject({ kind: 'locked' });
});

test.each([
  ['emptied', (path: string) => truncateSync(path, 0)],
  ['cut off', (path: string) => truncateSync(path, 1000)],
  [
    'overwritten',
    (path: string) =>
      writeFileSync(path, 'this was a ledger once, it is not any more '.repeat(200)),
  ],
])('a ledger that was %s is refused in words, not taken for a new one', async (_how, damage) => {
  const { bench, ledger, expectNothingSent } = await setup();
  damage(ledger);

  await expect(bench.resume({ run: RUN })).rejects.toMatchObject({
    name: 'UserError',
    kind: 'configuration',
    message: expect.stringContaining('run-1.db'),
  });
  expectNothingSent();
});

test('a ledger of a newer version is refused in words and left as it is', async () => {
  const { bench, ledger, expectNothingSent } = await setup();
  const newer = new Database(ledger);
  newer.pragma('user_version = 99');
  newer.close();

  await expect(bench.resume({ run: RUN })).rejects.toMatchObject({
    kind: 'configuration',
    message: expect.stringContaining('newer version of ucbulk'),
  });
  expectNothingSent();
});

test("another run's ledger under this name is refused", async () => {
  const { bench, ledger, expectNothingSent } = await setup();
  const other = new Database(ledger);
  other.exec("UPDATE run SET run_id = 'run-7'");
  other.close();

  await expect(bench.resume({ run: RUN })).rejects.toMatchObject({
    kind: 'configuration',
    message: expect.stringContaining('run-7'),
  });
  expectNothingSent();
});

test('a state directory that cannot be made is refused before the first request', async () => {
  const bench = runBench();
  writeFileSync(join(bench.directory, 'a-file'), '');
  const stateDirectory = join(bench.directory, 'a-file', 'state');

  await expect(bench.start(DELETE, { stateDirectory })).rejects.toMatchObject({
    kind: 'configuration',
    message: expect.stringContaining('--state DIR'),
  });
  expect(bench.sent).toEqual([]);
});
