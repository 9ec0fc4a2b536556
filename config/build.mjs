// Builds dist/: the program and the library as few modules, and the page. A command loads only the modules that it
// uses, because each dynamic import becomes a chunk. `npm run check:types` checks the types; the package gets its
// type declarations from config/build-types.mjs when it is packed.

import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildPage } from './build-page.mjs';
import { ENTRY_POINTS, MODULES, ROOT } from './bundle.mjs';
import { writeThirdPartyLicenses } from './third-party.mjs';

/**
 * Bundles the program and the library. Returns esbuild's description of the outputs.
 *
 * @param {{ write?: boolean }} [options] Writes no files if `write` is false.
 */
export async function buildProgram({ write = true } = {}) {
  const { metafile } = await build({
    ...MODULES,
    entryPoints: ENTRY_POINTS,
    outdir: `${ROOT}dist`,
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    metafile: true,
    write,
  });
  return metafile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(`${ROOT}dist`, { recursive: true, force: true });
  const [program, page] = await Promise.all([buildProgram(), buildPage()]);
  writeThirdPartyLicenses([program, page.metafile]);
}
