import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunsPage } from '../../src/page-data/shapes.ts';
import { PageClient } from '../support/page-client.ts';
import { untilPrinted } from '../support/run-cli.ts';
import { environmentFor, startEmulator, startProgram } from '../support/spawn-program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const entry = `${ROOT}dist/ucbulk`;
const JOB = `version: 1
name: store-all
source: { files: { stored: false } }
steps: [{ uses: ./count.mjs }, { uses: store }]
`;
const OWN_STEP = `export default {
  ucbulk: 'operation/1',
  shape: 'each',
  lostAnswer: 'repeat',
  async run() {
    return { kind: 'done', result: { counted: 1 } };
  },
};
`;

/** The binary is built from the Node that runs the tests, by \`npm run build:binary\`. */
describe.skipIf(process.platform !== 'linux')('the single binary', () => {
  let cwd: string;

  beforeAll(() => {
    execFileSync(process.execPath, [`${ROOT}config/build-binary.mjs`], { stdio: 'ignore' });
    cwd = mkdtempSync(join(tmpdir(), 'ucbulk-binary-'));
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  const start = (args: readonly string[], env = {}) =>
    startProgram(args, { cwd, env: { UCBULK_STATE: join(cwd, 'state'), ...env }, entry });

  test('prints its version without a cache folder', async () => {
    const end = await start(['--version']).ended;
    expect(end).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    expect(existsSync(join(cwd, '.cache'))).toBe(false);
  });

  test('the demo: a run is killed with SIGKILL and resumed, without SQLite from npm', async () => {
    const end = await start(['demo']).ended;
    expect(end.stdout).toContain('kill -9');
    expect(end.stdout).toContain('each was deleted exactly once');
    expect(end.code).toBe(0);
  });

  test('only this user can read the extracted files, and a changed one is replaced', async () => {
    const cache = join(cwd, '.cache/ucbulk');
    const [name = ''] = readdirSync(cache).filter((file) => file.endsWith('better_sqlite3.node'));
    const file = join(cache, name);
    expect(statSync(cache).mode & 0o777).toBe(0o700);
    expect(statSync(file).mode & 0o777).toBe(0o700);
    const { size } = statSync(file);
    appendFileSync(file, 'changed');
    expect((await start(['runs']).ended).code).toBe(0);
    expect(statSync(file).size).toBe(size);
  });

  test('runs own code, and serves the page in another thread', async () => {
    const emulator = await startEmulator({ files: 20, storedShare: 0 });
    writeFileSync(join(cwd, 'job.yaml'), JOB);
    writeFileSync(join(cwd, 'count.mjs'), OWN_STEP);
    const env = environmentFor(emulator.origin);
    const run = await start(['run', 'job.yaml', '--yes', '--allow-code'], env).ended;
    expect(run, run.stderr).toMatchObject({ code: 0 });
    const server = start(['serve'], env);
    const [address] = await untilPrinted(server, /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}/);
    const client = new PageClient(address);
    await client.open();
    const { runs } = await client.json<RunsPage>('/api/runs');
    expect(runs).toMatchObject([{ state: 'finished', counts: { done: 20 } }]);
    server.process.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
    emulator.stop();
  });
});
