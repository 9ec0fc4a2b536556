import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { MODULES } from '../../config/bundle.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A text that a bundle must contain once, and the text that takes its place. */
export interface SourceChange {
  /** The file, such as `src/ledger/open-database.ts`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Bundles a program of the tests with the parts of ucbulk that it imports, into a folder. Returns the path of the
 * bundle. A loader for TypeScript would take longer than most of these programs.
 */
export async function bundleProgram(
  entry: string,
  { directory, change }: { readonly directory: string; readonly change?: SourceChange },
): Promise<string> {
  mkdirSync(directory, { recursive: true });
  // The program finds SQLite and the version of ucbulk two folders above itself, as the built program does.
  for (const name of ['node_modules', 'package.json'])
    linkOnce(join(ROOT, name), join(directory, name));
  const outfile = join(directory, 'dist/test/program.js');
  await build({
    ...MODULES,
    entryPoints: [join(ROOT, entry)],
    outfile,
    plugins: [...(MODULES.plugins ?? []), ...(change === undefined ? [] : [changeSource(change)])],
  });
  return outfile;
}

function linkOnce(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function changeSource({ file, from, to }: SourceChange): Plugin {
  const path = join(ROOT, file);
  return {
    name: 'change-source',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, (args) => {
        if (args.path !== path) return null;
        const parts = readFileSync(path, 'utf8').split(from);
        if (parts.length !== 2)
          throw new Error(`${file} contains ${from} ${parts.length - 1} times`);
        return { contents: parts.join(to), loader: 'ts' };
      });
    },
  };
}
