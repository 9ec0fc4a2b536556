import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Installs the built package in a folder, as npm does: with its dependencies, and without those of its tests. */
export function installPackage(folder: string): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@types'), { recursive: true });
  mkdirSync(join(modules, 'ucbulk'));
  for (const part of ['package.json', 'dist']) {
    cpSync(join(ROOT, part), join(modules, 'ucbulk', part), { recursive: true });
  }
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  // A program for Node has its types.
  for (const name of [...Object.keys(dependencies), '@types/node', 'undici-types']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
}

/** Compiles TypeScript files as strictly as a program can. Throws an error with the output of the compiler. */
export function compilePrograms(
  folder: string,
  names: readonly string[],
  {
    isTyped = true,
  }: { /** False for JavaScript, whose parameters have no types. */ isTyped?: boolean } = {},
): void {
  const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const all = [...options, '--skipLibCheck', 'false', '--noImplicitAny', String(isTyped)];
  execFileSync(process.execPath, [tsc, ...all, ...names], {
    cwd: folder,
    stdio: 'inherit',
  });
}
