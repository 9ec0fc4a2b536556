import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mutated } from './mutant-plugin.ts';
import { MUTANTS } from './mutants.ts';
import { runMutant } from './run-mutant.ts';

/** Asked in every test run; `npm run test:mutants` asks all. */
const SAMPLE = ['in-doubt-is-resent', 'no-max-share'];

test.each(MUTANTS)('$name still turns something off', (mutant) => {
  expect(mutated(mutant)).not.toBe('');
});

test.each(MUTANTS)('the test that watches over $name exists', ({ red }) => {
  expect(readFileSync(new URL(`../../${red.file}`, import.meta.url), 'utf8')).toMatch(/\btest\b/);
});

describe.each(MUTANTS.filter(({ name }) => SAMPLE.includes(name)))('without $name', (mutant) => {
  test(`${mutant.red.file} goes red`, async () => {
    expect(await runMutant(mutant)).toMatchObject({ end: 'red' });
  });
});
