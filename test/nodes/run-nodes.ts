import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { errorMessage } from '../../src/core/error-message.ts';
import { checkCommands, checkKilledRun } from './check-install.ts';
import { installWithNode, runCommand } from './node-install.ts';

/**
 * `npm run test:nodes -- [--only 22]`: packs ucbulk, installs the tarball with each supported version of Node, and checks
 * the installed program. Needs Linux and a registry of npm.
 */
const { values } = parseArgs({ options: { only: { type: 'string' } } });
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const VERSIONS = [
  { node: '20', headers: '20' },
  { node: '22', headers: '22' },
  // A better-sqlite3 that was compiled with newer headers of Node 24 aborts when the program ends.
  { node: '24', headers: '24.18' },
].filter(({ node }) => values.only === undefined || node === values.only);

const parent = mkdtempSync(join(tmpdir(), 'ucbulk-nodes-'));
try {
  const env = process.env as Record<string, string>;
  const pack = ['pack', '--silent', '--pack-destination', parent];
  const { stdout } = await runCommand('npm', pack, { cwd: ROOT, env });
  const tarball = join(parent, stdout.trim().split('\n').at(-1) ?? '');
  const passed = await Promise.all(VERSIONS.map((versions) => check(tarball, versions)));
  process.exitCode = passed.length > 0 && passed.every(Boolean) ? 0 : 1;
} finally {
  rmSync(parent, { recursive: true, force: true });
}

async function check(tarball: string, versions: (typeof VERSIONS)[number]): Promise<boolean> {
  const folder = join(parent, versions.node);
  mkdirSync(folder);
  try {
    const install = await installWithNode(tarball, versions, folder);
    await checkCommands(install);
    await checkKilledRun(install);
    process.stdout.write(`Node ${install.version}: passed\n`);
    return true;
  } catch (error) {
    process.stdout.write(`Node ${versions.node}: FAILED: ${errorMessage(error)}\n`);
    return false;
  }
}
