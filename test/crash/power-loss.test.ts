import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { powerCuts } from './power-cuts.ts';
import { losePower, makeDurable, noPowerLoss, powered } from './power-loss.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const RUNS = [
  { uses: 'addon/remove_bg', cuts: 2, seed: 2 },
  { uses: 'copy-local', cuts: 2, seed: 3 },
  { uses: 'delete', cuts: 1, seed: 1 },
  { uses: 'upload-in-parts', cuts: 1, seed: 2 },
];

const why = noPowerLoss();
if (why !== null) process.stdout.write(`No power is cut here: ${why}\n`);

describe.skipIf(why !== null)('a cut of the power', () => {
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'ucbulk-power-test-'));
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test.each(RUNS)('$uses: nothing is lost, nothing comes twice', async (options) => {
    const result = await powerCuts(options);
    expect(result.violations).toEqual([]);
    // A cut at a moment, not at a place, may come after the end.
    expect(result.cuts).toBeGreaterThan(0);
  });

  test('is noticed where commits are not synced', async () => {
    const dist = unsyncedBuild(directory);
    const result = await powerCuts({ uses: 'addon/remove_bg', cuts: 2, seed: 2, dist });
    expect(result.doubled).toBeGreaterThan(0);
  });

  // The ledger's folder is synced by SQLite; here the making of one more folder in it does that.
  test('leaves what was written and the folders that were made', () => {
    const folder = {
      root: join(directory, 'root'),
      name: 'state',
      durable: join(directory, 'kept'),
    };
    mkdirSync(folder.root);
    makeDurable(folder);
    const files = pathToFileURL(join(REPOSITORY, 'dist/world/system-files.js')).href;
    const program = `
      const files = (await import(${JSON.stringify(files)})).createSystemFiles();
      await files.makeDirectory('state/runs');
      await files.writeBytes('state/runs/list', (async function* () { yield Buffer.from('a,b'); })(), new AbortController().signal);
      await files.writeText('state/runs/seal', 'whole');
      await files.makeDirectory('state/runs/names-made-durable');`;
    execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: folder.root,
      env: { ...process.env, ...powered(folder) },
    });
    losePower(folder);
    expect(readFileSync(join(folder.root, 'state/runs/list'), 'utf8')).toBe('a,b');
    expect(readFileSync(join(folder.root, 'state/runs/seal'), 'utf8')).toBe('whole');
  });
});

/** The built program, but for `synchronous=FULL`. */
function unsyncedBuild(directory: string): string {
  for (const part of ['dist', 'package.json'])
    cpSync(join(REPOSITORY, part), join(directory, part), { recursive: true });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(directory, 'node_modules'));
  const path = join(directory, 'dist/ledger/open-database.js');
  const text = readFileSync(path, 'utf8');
  const unsynced = text.replace('synchronous = FULL', 'synchronous = NORMAL');
  expect(unsynced).not.toBe(text);
  writeFileSync(path, unsynced);
  return pathToFileURL(join(directory, 'dist/')).href;
}
