import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vitest/config';
import { MUTANTS, type Mutant } from './mutants.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The plugins of a test run. The name of a mutant turns off its protection, in memory only. */
export function mutantPlugins(name: string | undefined): Plugin[] {
  if (name === undefined || name === '') return [];
  const mutant = MUTANTS.find((known) => known.name === name);
  if (mutant === undefined) throw new Error(`There is no mutant "${name}"`);
  const sources = new Map(changedSources(mutant));
  return [
    {
      name: `mutant:${name}`,
      enforce: 'pre',
      load: (id) => sources.get(id) ?? null,
    },
  ];
}

/** The path and the source of each file with the protection turned off. */
export function changedSources({ name, also = [], ...first }: Mutant): [string, string][] {
  return [first, ...also].map((change) => [`${ROOT}${change.file}`, mutated(name, change)]);
}

/** The source with a change. It must contain the text to change exactly once. */
function mutated(name: string, { file, from, to }: Pick<Mutant, 'file' | 'from' | 'to'>): string {
  const source = readFileSync(`${ROOT}${file}`, 'utf8');
  const places = source.split(from).length - 1;
  if (places !== 1) {
    throw new Error(`Mutant "${name}": its text occurs ${places} times in ${file}, not once`);
  }
  return source.replace(from, () => to);
}
