import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { Catalog } from '../../src/ledger/catalog.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { openShell, type Shell, untilPrinted } from '../support/run-cli.ts';

/** Requests per second of the emulator's limit. */
const LIMIT = 20;
const HOLDER = /run \d{8}-\d{6}-\w{6}, since \d{4}-/;

function writeJob(shell: Shell, uses: string): void {
  const job = { version: 1, name: uses, source: { files: {} }, steps: [{ uses }] };
  shell.write(`${uses}.json`, JSON.stringify(job));
}

/** The rates that the runs that share the project have written for each other, requests per second. */
function publishedRates(shell: Shell): number[] {
  const folder = join(shell.state, 'projects');
  const names = readdirSync(folder).filter((name) => name.endsWith('.rate'));
  return names.map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return text === '' ? 0 : (JSON.parse(text) as { rate: number }).rate;
  });
}

function learnedRate(shell: Shell): number {
  const catalog = Catalog.open(statePaths(shell.state).catalog, () => undefined);
  const owner = { publicKey: 'demopublickey', restOrigin: shell.origin };
  const found = catalog.learnedRate(owner);
  catalog.close();
  return found?.rate ?? Number.NaN;
}

function requests(shell: Shell): number {
  return shell.emulator.requestCounts().reduce((sum, { count }) => sum + count, 0);
}

test('a project that another process works on: fail, skip, share and wait; free at once after a kill -9', async () => {
  const shell = await openShell({ files: 90, storedShare: 0 });
  writeJob(shell, 'store');
  shell.emulator.faults.add({ fault: { kind: 'hang' }, path: '/files/storage/' });
  const holder = shell.start(['run', 'store.json', '-q']);
  await vi.waitUntil(() => shell.emulator.faults.list().some(({ fired }) => fired > 0), 240_000);
  const asked = requests(shell);

  const run = (how: string) => shell.ucbulk(['run', 'store.json', '--on-conflict', how]);
  const [fail, skip, share] = await Promise.all([run('fail'), run('skip'), run('share')]);
  for (const { code, stderr } of [fail, share]) {
    expect([code, stderr]).toEqual([12, expect.stringMatching(HOLDER)]);
  }
  expect(share.stderr).toContain('It was not started with onConflict share.');
  expect([skip.code, skip.stdout + skip.stderr]).toEqual([0, expect.stringMatching(HOLDER)]);
  const waiting = shell.start(['run', 'store.json', '--on-conflict', 'wait']);
  await untilPrinted(waiting, /Waiting until it ends/);
  expect(requests(shell)).toBe(asked);

  shell.emulator.faults.remove();
  holder.process.kill('SIGKILL');
  expect((await waiting.ended).code).toBe(0);
  const once = { changed: 90, filesChangedMoreThanOnce: 0 };
  expect(shell.emulator.audit.summary().store).toMatchObject(once);
  // What the killed run left is free as well: its own lock and the project's.
  expect((await shell.ucbulk(['resume', '-q'])).code).toBe(0);
  expect(shell.emulator.audit.summary().store).toMatchObject(once);
});

test('share: two processes find equal parts of one limit; one that is killed is counted no longer', async () => {
  const shell = await openShell({ files: 4000, throttle: { perSecond: LIMIT, burst: LIMIT } });
  writeJob(shell, 'info');
  const share = () => shell.start(['run', 'info.json', '--on-conflict', 'share', '-q']);
  const first = share();
  await vi.waitUntil(() => requests(shell) > 70, 240_000);
  const second = share();
  const areEqual = () => {
    const rates = publishedRates(shell);
    const sum = rates.reduce((total, rate) => total + rate, 0);
    return rates.length === 2 && Math.min(...rates) > 0.4 * sum && sum < 1.4 * LIMIT;
  };
  await vi.waitUntil(areEqual, 240_000);
  expect([first.process.exitCode, second.process.exitCode]).toEqual([null, null]);
  const asked = requests(shell);
  await vi.waitUntil(() => requests(shell) > asked + 100, 240_000);
  const refused = shell.emulator.requestCounts().filter(({ status }) => status === 429);
  const refusedCount = refused.reduce((sum, { count }) => sum + count, 0);
  expect(refusedCount / requests(shell)).toBeLessThan(0.15); // the search of a short run counts too

  second.process.kill('SIGKILL');
  await second.ended;
  const alone = await shell.ucbulk(['run', 'info.json']);
  expect(alone.code).toBe(12);
  expect(alone.stderr.match(new RegExp(HOLDER, 'g'))).toHaveLength(1);
  await vi.waitUntil(() => learnedRate(shell) > 0.7 * LIMIT, 240_000);
});
