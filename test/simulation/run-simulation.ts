import { parseArgs } from 'node:util';
import { type SimulationResult, simulate } from './simulate.ts';

/** `npm run test:sim -- [--seed N] [--from N] [--schedules N]`: the long form of the simulation. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    schedules: { type: 'string', default: '2000' },
  },
});

const seeds =
  values.seed === undefined
    ? Array.from({ length: Number(values.schedules) }, (_, place) => Number(values.from) + place)
    : [Number(values.seed)];
const startedAt = performance.now();
const results: SimulationResult[] = [];
for (const seed of seeds) {
  const result = await simulate(seed);
  results.push(result);
  for (const violation of result.violations) say(`seed ${seed} (${result.scenario}): ${violation}`);
  if (results.length % 500 === 0) say(`${results.length} schedules …`);
}
const failed = results.filter(({ violations }) => violations.length > 0);
const sum = (of: (result: SimulationResult) => number): number =>
  results.reduce((total, result) => total + of(result), 0);
say(
  `${results.length} schedules in ${((performance.now() - startedAt) / 1000).toFixed(1)} s: ` +
    `${sum((result) => result.items)} items, ${sum((result) => result.requests)} requests, ` +
    `${sum((result) => result.faults)} faults, ${sum((result) => result.deaths)} deaths, ` +
    `${sum((result) => result.inDoubt)} in doubt; ${failed.length} schedules with violations`,
);
for (const { seed } of failed.slice(0, 20)) say(`replay: npm run test:sim -- --seed ${seed}`);
process.exitCode = failed.length === 0 ? 0 : 1;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
