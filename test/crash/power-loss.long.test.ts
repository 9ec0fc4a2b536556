import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LedgerReader } from '../../src/ledger/ledger-reader.ts';
import { bundleProgram } from '../support/bundle-program.ts';
import { newRun } from '../support/new-run.ts';
import { bundleLife } from './matrix-lives.ts';
import { powerCuts } from './power-cuts.ts';
import { losePower, makeDurable, noPowerLoss, type PoweredFolder, powered } from './power-loss.ts';

const RUNS = [
  { uses: 'addon/remove_bg', cuts: 2, seed: 2 },
  { uses: 'copy-local', cuts: 2, seed: 3 },
  { uses: 'delete', cuts: 1, seed: 3 },
  { uses: 'upload-in-parts', cuts: 1, seed: 2 },
  { uses: 'metadata', cuts: 2, seed: 2 },
  { uses: 'copy-to-remote', cuts: 2, seed: 2 },
];

const why = noPowerLoss();
if (why !== null) process.stdout.write(`No power is cut here: ${why}\n`);

describe.skipIf(why !== null)('a cut of the power', () => {
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'ucbulk-power-test-'));
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test.each(RUNS)('$uses: nothing is lost or repeated', async (options) => {
    const result = await powerCuts(options);
    expect(result.violations).toEqual([]);
    // Every run reaches the place of the first cut. A later cut, at a moment, may come after the end.
    expect(result.cuts).toBeGreaterThan(0);
  });

  test('is detected if commits are not synced', async () => {
    const program = await bundleLife({
      file: 'src/ledger/open-database.ts',
      from: 'synchronous = FULL',
      to: 'synchronous = NORMAL',
    });
    const result = await powerCuts({ uses: 'addon/remove_bg', cuts: 2, seed: 2, program });
    expect(result.doubled).toBeGreaterThan(0);
  });

  test.each([
    { after: '', claimed: 0 },
    { after: 'ledger.transaction(() => ledger.run.setAsOf(1));', claimed: 2 },
  ])('undoes a claim only if no durable write followed it: $claimed', async (life) => {
    const folder = newFolder(join(directory, `claimed-${life.claimed}`));
    mkdirSync(join(folder.root, folder.name));
    makeDurable(folder);
    const path = join(folder.root, folder.name, 'run.db');
    runPowered(
      folder,
      `const { Ledger } = await import(${await bundled('src/ledger/ledger.ts')});
      const ledger = Ledger.create(${JSON.stringify(path)}, ${JSON.stringify(newRun())}, { clock: {} });
      const items = ['a', 'b', 'c'].map((key) => ({ key, details: null }));
      ledger.transaction(() => ledger.items.insert(items, 1));
      ledger.unsynced(() => ledger.items.claim(0, { now: 0, limit: 2 }));
      ${life.after}
      process.kill(process.pid, 'SIGKILL');`,
    );
    losePower(folder);
    const reader = LedgerReader.open(path);
    expect(reader.items.counts()).toMatchObject({ running: life.claimed, total: 3 });
    reader.close();
  });

  /** Bundles a module of ucbulk. Returns its URL as a program imports it. */
  async function bundled(module: string): Promise<string> {
    const path = await bundleProgram(module, { directory: join(directory, basename(module)) });
    return JSON.stringify(pathToFileURL(path).href);
  }

  // The ledger's folder is synced by SQLite; here the making of one more folder in it does that.
  test('keeps written files and new folders', async () => {
    const folder = newFolder(join(directory, 'written'));
    runPowered(
      folder,
      `const files = (await import(${await bundled('src/world/system-files.ts')})).createSystemFiles();
      await files.makeDirectory('state/runs');
      await files.writeBytes('state/runs/list', (async function* () { yield Buffer.from('a,b'); })(), new AbortController().signal);
      await files.writeText('state/runs/seal', 'whole');
      await files.makeDirectory('state/runs/names-made-durable');`,
    );
    losePower(folder);
    expect(readFileSync(join(folder.root, 'state/runs/list'), 'utf8')).toBe('a,b');
    expect(readFileSync(join(folder.root, 'state/runs/seal'), 'utf8')).toBe('whole');
  });
});

/** A new folder that will lose its power. */
function newFolder(directory: string): PoweredFolder {
  const folder = { root: join(directory, 'root'), name: 'state', durable: join(directory, 'kept') };
  mkdirSync(folder.root, { recursive: true });
  makeDurable(folder);
  return folder;
}

/** Runs a program in the folder's root until it ends or is killed. */
function runPowered(folder: PoweredFolder, program: string): void {
  const { status, signal, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', program],
    { cwd: folder.root, env: { ...process.env, ...powered(folder) }, encoding: 'utf8' },
  );
  if (status !== 0 && signal !== 'SIGKILL') throw new Error(stderr);
}
