// Builds dist/ucbulk: one file with Node, the program, SQLite, the page and the job files. Needs Linux, and the Node that
// the file contains: the one that runs this script. `npm run build` must run first.

import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { MODULES, ROOT } from './bundle.mjs';

const WORK = `${ROOT}dist/binary`;
const OUTPUT = `${ROOT}dist/ucbulk`;
/** Node looks for this text to find out if it contains a program. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** Puts the modules of src/binary in the place of those that read files of the package. */
const binaryFiles = {
  name: 'binary-files',
  setup(build) {
    const ownFiles = { path: `${ROOT}src/binary/own-files.ts` };
    build.onResolve({ filter: /package\/own-files\.ts$/ }, () => ownFiles);
    build.onResolve({ filter: /^bindings$/ }, () => ({ path: 'bindings', namespace: 'binary' }));
    build.onLoad({ filter: /^bindings$/, namespace: 'binary' }, () => ({
      contents: `import { loadSqlite } from '${ROOT}src/binary/sqlite-binding.ts'; module.exports = loadSqlite;`,
      resolveDir: ROOT,
    }));
  },
};

/** Bundles a program into one CommonJS file: a binary can contain no other kind. */
async function bundle(entryPoint, outfile) {
  await build({
    ...MODULES,
    entryPoints: [`${ROOT}${entryPoint}`],
    outfile,
    external: [],
    banner: { js: "const ownUrl_ = require('node:url').pathToFileURL(process.execPath).href;" },
    define: { 'import.meta.url': 'ownUrl_' },
    format: 'cjs',
    plugins: [...MODULES.plugins, binaryFiles],
  });
}

/** The files in the binary, by the names under which src/binary/own-files.ts asks for them. */
function listAssets() {
  const sqlite = dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json'));
  const jobs = readdirSync(`${ROOT}jobs`).map((name) => [`jobs/${name}`, `${ROOT}jobs/${name}`]);
  return {
    'package.json': `${ROOT}package.json`,
    'dist/page/page.js': `${ROOT}dist/page/page.js`,
    'dist/page/page.css': `${ROOT}dist/page/page.css`,
    'backend-worker.cjs': `${WORK}/backend-worker.cjs`,
    'better_sqlite3.node': join(sqlite, 'build/Release/better_sqlite3.node'),
    ...Object.fromEntries(jobs),
  };
}

mkdirSync(WORK, { recursive: true });
await bundle('src/cli/main.ts', `${WORK}/main.cjs`);
await bundle('src/serve/backend-worker.ts', `${WORK}/backend-worker.cjs`);
const assets = listAssets();
writeFileSync(`${WORK}/assets.json`, JSON.stringify(Object.keys(assets)));
writeFileSync(
  `${WORK}/sea.json`,
  JSON.stringify({
    main: `${WORK}/main.cjs`,
    output: `${WORK}/sea.blob`,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    assets: { ...assets, 'assets.json': `${WORK}/assets.json` },
  }),
);
execFileSync(process.execPath, ['--experimental-sea-config', `${WORK}/sea.json`], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
copyFileSync(process.execPath, OUTPUT);
chmodSync(OUTPUT, 0o755);
const postject = createRequire(import.meta.url).resolve('postject/dist/cli.js');
execFileSync(
  process.execPath,
  [postject, OUTPUT, 'NODE_SEA_BLOB', `${WORK}/sea.blob`, '--sentinel-fuse', FUSE],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
const megabytes = (statSync(OUTPUT).size / 1e6).toFixed(0);
process.stdout.write(`${OUTPUT}: ${megabytes} MB, Node ${process.versions.node}\n`);
