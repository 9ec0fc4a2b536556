import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { changedSources } from './mutant-plugin.ts';
import { MUTANTS } from './mutants.ts';

test.each(MUTANTS)('$name changes its source file', (mutant) => {
  for (const [, source] of changedSources(mutant)) expect(source).not.toBe('');
});

test.each(MUTANTS)('the test of $name exists', ({ red }) => {
  expect(readFileSync(new URL(`../../${red.file}`, import.meta.url), 'utf8')).toMatch(/\btest\b/);
});
