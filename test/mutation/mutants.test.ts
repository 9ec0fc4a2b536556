import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mutated } from './mutant-plugin.ts';
import { MUTANTS } from './mutants.ts';
import { runMutant } from './run-mutant.ts';

/** Every test run tries these; `npm run test:mutants` tries all. */
const SAMPLE = ['in-doubt-is-resent', 'no-max-share'];

test.each(MUTANTS)('$name changes its source file', (mutant) => {
  expect(mutated(mutant)).not.toBe('');
});

test.each(MUTANTS)('the test of $name exists', ({ red }) => {
  expect(readFileSync(new URL(`../../${red.file}`, import.meta.url), 'utf8')).toMatch(/\btest\b/);
});

describe.each(MUTANTS.filter(({ name }) => SAMPLE.includes(name)))('with $name', (mutant) => {
  test(`${mutant.red.file} fails`, async () => {
    expect(await runMutant(mutant)).toMatchObject({ end: 'red' });
  });
});
