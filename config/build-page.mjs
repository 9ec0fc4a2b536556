// Bundles the page of `ucbulk serve` and of HTML reports: src/page/ becomes dist/page/page.js and page.css.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
/** Maximum size of the bundle in gzip, bytes: the page must open at once. */
const MAX_GZIPPED = 50_000;

/** Bundles the page. Returns esbuild's description of the files, and their sizes in bytes. */
export async function buildPage() {
  const { metafile } = await build({
    entryPoints: { page: `${ROOT}src/page/main.tsx` },
    tsconfig: `${ROOT}src/page/tsconfig.json`,
    outdir: `${ROOT}dist/page`,
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    charset: 'ascii',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const files = Object.entries(metafile.outputs).map(([name, { bytes }]) => {
    return { name, bytes, gzipped: gzipSync(readFileSync(`${ROOT}${name}`)).length };
  });
  return { metafile, files };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { files } = await buildPage();
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const compressed = files.reduce((sum, { gzipped }) => sum + gzipped, 0);
  const isTooLarge = compressed > MAX_GZIPPED;
  if (isTooLarge || process.argv.includes('--sizes')) {
    const lines = files.map(
      ({ name, bytes, gzipped }) => `${name}: ${bytes} bytes, ${gzipped} gzipped`,
    );
    const sum = `together ${total} bytes, ${compressed} gzipped (at most ${MAX_GZIPPED})`;
    process.stdout.write(`${[...lines, sum].join('\n')}\n`);
  }
  if (isTooLarge) process.exitCode = 1;
}
