// Bundles the type declarations of what the package exports into dist/types/, one file for each export and few for
// what they share.

import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { ROOT } from './bundle.mjs';

/** The exports with types. */
const EXPORTS = {
  index: 'src/index.ts',
  emulator: 'src/emulator/emulator.ts',
  testing: 'src/testing/check-operation.ts',
};

/** Writes the declarations. Declarations of other packages are imported, not copied. */
export async function buildTypes() {
  const bundle = await rollup({
    input: Object.fromEntries(
      Object.entries(EXPORTS).map(([name, path]) => [name, `${ROOT}${path}`]),
    ),
    external: /^node:/,
    plugins: [dts({ tsconfig: `${ROOT}tsconfig.build.json` })],
    onLog(level, log) {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  await bundle.write({ dir: `${ROOT}dist/types`, chunkFileNames: '[name].d.ts' });
  await bundle.close();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildTypes();
