import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseRunId } from '../../../src/core/run.ts';
import { examineState } from '../../../src/doctor/examine-state.ts';
import { databaseVersion } from '../../../src/run/database-version.ts';
import { listRuns, readItems, readRun } from '../../../src/state/read-runs.ts';
import { statePaths } from '../../../src/state/state-paths.ts';
import { findUnfinishedRuns } from '../../../src/state/unfinished-runs.ts';
import { createSystemWorld } from '../../../src/world/system-world.ts';

const failure = vi.hoisted(() => ({ thrown: new Error('set by each test') }));
vi.mock('better-sqlite3', () => ({
  default: class {
    constructor() {
      throw failure.thrown;
    }
  },
}));

const RUN = parseRunId('20261121-212847-b8xeln');
const ROOT = fileURLToPath(new URL('../../../', import.meta.url)).slice(0, -1);
const OTHER_ABI =
  "The module '/x/better_sqlite3.node'\nwas compiled against a different Node.js version using\nNODE_MODULE_VERSION 115. This version of Node.js requires\nNODE_MODULE_VERSION 127.";

let directory = '';
const world = createSystemWorld();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ucbulk-node-'));
  mkdirSync(statePaths(directory).runs, { recursive: true });
  writeFileSync(statePaths(directory).ledger(RUN), '');
  failure.thrown = Object.assign(new Error(OTHER_ABI), { code: 'ERR_DLOPEN_FAILED' });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test.each<[what: string, read: () => unknown]>([
  ['the list of runs', () => listRuns(directory, world)],
  ['the newest run', () => readRun(directory, null, world)],
  ['a named run', () => readRun(directory, RUN, world)],
  ['the items of a run', () => [...readItems(directory, RUN)]],
  ['the unfinished runs', () => findUnfinishedRuns(statePaths(directory), world.files, () => {})],
  ['the look at the state', () => examineState(directory, null, world)],
  ['the version of SQLite', () => databaseVersion()],
])('another Node is told as such, and makes no ledger unreadable: %s', async (_, read) => {
  const reading = Promise.resolve().then(read);
  await expect(reading).rejects.toMatchObject({
    name: 'UserError',
    kind: 'configuration',
    message: `SQLite can't be loaded: ucbulk was installed with another version of Node than the one that runs it now. No ledger was read or changed. Run \`npm rebuild better-sqlite3\` in ${ROOT} with this Node, or use the Node it was installed with.`,
  });
});

test.each([
  ['Could not locate the bindings file. Tried:\n → /x', '', 'its native part was not installed'],
  [
    "libc.so.6: version `GLIBC_2.38' not found (required by /x)",
    'ERR_DLOPEN_FAILED',
    "the system refuses its native part (libc.so.6: version `GLIBC_2.38' not found (required by /x))",
  ],
])('%s is told in one line', async (message, code, why) => {
  failure.thrown = Object.assign(new Error(message), { code });
  const error = await listRuns(directory, world).catch((reason: unknown) => reason);
  expect(String(error)).toContain(`SQLite can't be loaded: ${why}. No ledger`);
  expect(String(error)).not.toContain('\n');
});
