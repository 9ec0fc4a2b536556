import { expect, test } from 'vitest';
import { jobFile, openShell, untilPrinted } from '../support/run-cli.ts';

test('ucbulk emulator --files 250: says how to reach it, serves, ends with a signal', async () => {
  const shell = await openShell();
  const emulator = shell.start(['emulator', '--files', '250', '--stored-share', '0']);
  const [, origin = ''] = await untilPrinted(emulator, /API_BASE=(\S+)\nexport .+\nexport .+\n/);
  const run = await shell.ucbulk(['run', jobFile('store-everything'), '--json'], {
    env: { UPLOADCARE_REST_API_BASE: origin },
  });
  expect(run.documents).toMatchObject([{ type: 'summary', counts: { total: 250, done: 250 } }]);
  emulator.process.kill('SIGINT');
  const end = await emulator.ended;
  expect(end.stdout).toBe(
    `export UPLOADCARE_REST_API_BASE=${origin}\nexport UPLOADCARE_PUBLIC_KEY=demopublickey\nexport UPLOADCARE_SECRET_KEY=demosecretkey\n`,
  );
  expect(end.code).toBe(0);
});

test('ucbulk emulator --json: one document once it listens', async () => {
  const shell = await openShell();
  const emulator = shell.start(['emulator', '--files', '10', '--json']);
  const [line = ''] = await untilPrinted(emulator, /\{.*\}\n/);
  expect(JSON.parse(line)).toMatchObject({
    version: 1,
    type: 'emulator',
    origin: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    publicKey: 'demopublickey',
  });
  emulator.process.kill('SIGTERM');
  expect((await emulator.ended).code).toBe(0);
});

test('ucbulk emulator --port: a port that is taken', async () => {
  const shell = await openShell();
  const { port } = new URL(shell.origin);
  const end = await shell.ucbulk(['emulator', '--port', port]);
  expect(end.stderr).toContain(`Can't listen on 127.0.0.1:${port}`);
  expect(end.code).toBe(3);
});
