// Settings of esbuild that all bundles of the program share: the package, the single binary, and programs of tests.

import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** The files of src/ that the package starts or exports. Their places in dist/ are one folder deep, as in src/. */
export const ENTRY_POINTS = {
  'cli/main': 'src/cli/main.ts',
  'library/index': 'src/index.ts',
  'emulator/emulator': 'src/emulator/emulator.ts',
  'testing/check-operation': 'src/testing/check-operation.ts',
  'serve/backend-worker': 'src/serve/backend-worker.ts',
};

/** Replaces the package string-width, also in other packages, by `string-width.mjs`. */
const lazyStringWidth = {
  name: 'lazy-string-width',
  setup(build) {
    const path = `${ROOT}config/string-width.mjs`;
    build.onResolve({ filter: /^string-width$/ }, ({ importer }) => {
      return importer === path ? null : { path };
    });
  },
};

/**
 * Options for bundles of ES modules. SQLite stays outside because a part of it is native, and the packages of a
 * fleet because an installation need not have them.
 *
 * @type {import('esbuild').BuildOptions}
 */
export const MODULES = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  external: ['better-sqlite3', 'bullmq', 'ioredis'],
  // Names stay, so that the stack trace of a bug is readable without source maps.
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: [lazyStringWidth],
  // Some packages are CommonJS modules that need `require` for modules of Node.
  banner: {
    js: "import { createRequire as createRequire_ } from 'node:module'; const require = createRequire_(import.meta.url);",
  },
  legalComments: 'none',
  logLevel: 'warning',
};
