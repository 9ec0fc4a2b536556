import { expect, test } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { runMutant } from './run-mutant.ts';

/** Every test run tries these; `npm run test:mutants` tries all. */
const SAMPLE = ['in-doubt-is-resent', 'no-max-share'];

test.each(SAMPLE)('the test of %s fails without the protection', async (name) => {
  const mutant = MUTANTS.find((known) => known.name === name);
  expect(mutant && (await runMutant(mutant))).toMatchObject({ end: 'red' });
});
