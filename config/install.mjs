// `node config/install.mjs` runs `npm ci`, and also works without GitHub and nodejs.org: npm compiles SQLite with the
// headers of Node that are on the machine. `npm ci` can't find them, because it runs the scripts of dependencies
// before any script of this package. Passes its arguments to `npm ci`.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Returns the first folder that has the headers of this major version of Node in include/node; null if none has.
 *
 * @param {readonly string[]} folders
 * @param {string} version The version of Node, such as `20.19.0`.
 */
export function findHeaders(folders, version) {
  const [major] = version.split('.');
  const found = folders.find((folder) => {
    const header = `${folder}/include/node/node_version.h`;
    if (!existsSync(header) || !existsSync(`${folder}/include/node/node.h`)) return false;
    const [, own] = /^#define NODE_MAJOR_VERSION (\d+)$/m.exec(readFileSync(header, 'utf8')) ?? [];
    return own === major;
  });
  return found ?? null;
}

function install() {
  const { env, execPath, versions } = process;
  const folders = [dirname(dirname(execPath)), '/usr', '/usr/local'];
  const headers = env.npm_config_nodedir ?? findHeaders(folders, versions.node);
  const { status } = spawnSync('npm', ['ci', ...process.argv.slice(2)], {
    cwd: fileURLToPath(new URL('../', import.meta.url)),
    env: headers === null ? env : { ...env, npm_config_nodedir: headers },
    stdio: 'inherit',
  });
  if (status !== 0 && headers === null) {
    process.stderr.write(
      `No headers of Node ${versions.node} are in ${folders.join(', ')}. If npm could not download them, set npm_config_nodedir to a folder that has them in include/node: docs/install.md shows how.\n`,
    );
  }
  process.exitCode = status ?? 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) install();
