import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { requireService } from '../support/require-service.ts';
import { openShell, untilPrinted } from '../support/run-cli.ts';

const redisServer = requireService('redis-server', 'redis-server');

test('ucbulk demo --json: a killed cleanup goes on, and every claim holds', async () => {
  const shell = await openShell();
  const end = await shell.ucbulk(['demo', '--json']);
  expect(end.stderr).toContain('kill -9');
  expect(end.stderr).toContain('interrupted: its process died');
  expect(end.stderr).toMatch(/^Finished nightly-unstored-cleanup/m);
  expect(end.documents).toMatchObject([
    { type: 'demo', claims: [{ holds: true }, { holds: true }, { holds: true }, { holds: true }] },
  ]);
  expect(end.code).toBe(0);
}, 120_000);

test('ucbulk demo backgrounds --json: a killed pipeline pays for no picture twice, and ends', async () => {
  const shell = await openShell();
  const end = await shell.ucbulk(['demo', 'backgrounds', '--json']);
  expect(end.stderr).toContain('kill -9');
  expect(end.stderr).toMatch(/ in-doubt {2}cut {2}process_ended: /);
  expect(end.stderr).toMatch(/--as adopt --file [0-9a-f-]{36}/);
  expect(end.stderr).toMatch(/^Finished remove-backgrounds/m);
  expect(end.stderr).toMatch(/^item {2}new_file\n[0-9a-f-]{36} {2}[0-9a-f-]{36}$/m);
  const claims = Array.from({ length: 5 }, () => ({ holds: true }));
  expect(end.documents).toMatchObject([{ type: 'demo', claims }]);
  expect(end.code).toBe(0);
}, 120_000);

describe.skipIf(redisServer === null)('ucbulk demo fleet', () => {
  test('a worker and Redis that are killed lose and repeat nothing', async () => {
    const shell = await openShell();
    const end = await shell.ucbulk(['demo', 'fleet', '--json']);
    expect(end.code, end.stderr).toBe(0);
    expect(end.stderr).toContain('kill -9: one worker is gone');
    expect(end.stderr).toContain('kill -9: Redis is gone');
    expect(end.stderr).toMatch(/WARN: A call to a worker counts as lost/);
    expect(end.stderr).not.toContain('enableOfflineQueue');
    const claims = Array.from({ length: 3 }, () => ({ holds: true }));
    expect(end.documents).toMatchObject([{ type: 'demo', claims }]);
  }, 300_000);
});

test('without Redis, the demo of a fleet names the command that installs it', async () => {
  const shell = await openShell();
  const end = await shell.ucbulk(['demo', 'fleet'], { env: { PATH: shell.cwd } });
  expect(end.code).toBe(3);
  expect(end.stderr).toContain('sudo apt-get install redis-server');
  expect(end.stdout).toBe('');
});

test('a demo that is stopped leaves neither process nor folder behind', async () => {
  const shell = await openShell();
  const demo = shell.start(['demo']);
  const [, folder = ''] = await untilPrinted(demo, /UCBULK_STATE=(\S+)\n/);
  demo.process.kill('SIGINT');
  const end = await demo.ended;
  expect(end.code).toBe(130);
  expect(existsSync(folder)).toBe(false);
});
