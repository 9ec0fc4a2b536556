import { copyFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { jobFile, openShell } from '../support/run-cli.ts';

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('%s during the first request ends in %i: there is no run yet', async (signal, code) => {
  const shell = await openShell();
  const silent = createServer(() => undefined); // takes the request, and never answers
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const origin = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const asked = new Promise((resolve) => silent.once('request', resolve));
  const program = shell.start(['run', jobFile('store-everything')], {
    env: { UPLOADCARE_REST_API_BASE: origin },
  });
  await asked;
  program.process.kill(signal);
  const end = await program.ended;
  expect(end.code).toBe(code);
  expect(end.stderr).toContain(`Stopped by ${signal} before the first item`);
});

test('doctor finds a damaged ledger; runs lists it beside the good one', async () => {
  const shell = await openShell();
  await shell.ucbulk(['run', jobFile('store-everything'), '--yes', '-q']);
  const runs = join(shell.state, 'runs');
  const good = readdirSync(runs).find((name) => name.endsWith('.db'))!;
  copyFileSync(jobFile('store-everything'), join(runs, '20990101-000000-damaged.db'));
  const listed = await shell.ucbulk(['runs', '--json']);
  expect(listed.code).toBe(0);
  expect(listed.documents).toMatchObject([
    { type: 'unreadable-run', run: '20990101-000000-damaged' },
    { type: 'run', run: good.slice(0, -3), state: 'finished' },
  ]);
  const examined = await shell.ucbulk(['doctor', '--json']);
  expect(examined.code).toBe(3);
  const bad = examined.documents.filter((finding) => 'level' in finding && finding.level === 'bad');
  expect(bad).toMatchObject([{ about: 'ledger' }]);
});

test('without a terminal the log is words for people, and JSON for who asks for JSON', async () => {
  const shell = await openShell();
  await shell.ucbulk(['run', jobFile('store-everything'), '--yes', '-q']);
  const runs = join(shell.state, 'runs');
  copyFileSync(jobFile('store-everything'), join(runs, '20990101-000000-damaged.db'));
  const words = await shell.ucbulk(['resume']);
  expect(words.stderr).toMatch(
    /^\[\d\d:\d\d:\d\d\] WARN: Skipped a run, because its ledger can't be read: /,
  );
  const json = await shell.ucbulk(['resume', '--json']);
  expect(JSON.parse(json.stderr.split('\n')[0]!)).toMatchObject({
    level: 'warn',
    run: '20990101-000000-damaged',
    msg: expect.stringContaining('Skipped a run'),
  });
});

test('a state directory that cannot be made is refused, and nothing is sent', async () => {
  const shell = await openShell();
  const args = ['run', jobFile('store-everything'), '--yes', '--state', '/proc/x'];
  const end = await shell.ucbulk(args);
  expect([end.code, end.stderr]).toEqual([
    3,
    expect.stringContaining("The state directory /proc/x can't be used"),
  ]);
  expect(shell.emulator.requestCounts()).toEqual([]);
});
