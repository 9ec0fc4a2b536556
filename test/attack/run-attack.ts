import { parseArgs } from 'node:util';
import { seededRandom } from '../support/seeded-random.ts';
import { attackFullDisk } from './full-disks.ts';
import { attackAnswers } from './repeated-answers.ts';
import { attackSharedRuns } from './shared-runs.ts';
import { attackDates, attackDryRun } from './switches-and-clocks.ts';
import { attackUnknownFacts } from './unknown-facts.ts';

/**
 * `npm run test:attack [-- --tries N --seed N --only NAME]`: tries of all kinds in turn against the
 * built program, from the outside: an emulator behind a proxy that lies, disks that are full, kills.
 * What was deleted and paid is read from the emulator's log. A violation prints its seed; exit 1.
 */
const ATTACKS: Readonly<Record<string, (random: () => number) => Promise<string | null>>> = {
  'unknown-facts': attackUnknownFacts,
  'dry-run': attackDryRun,
  dates: attackDates,
  answers: attackAnswers,
  'shared-runs': attackSharedRuns,
  'full-disk': attackFullDisk,
};

const PROGRESS_EVERY = 20;

const { values } = parseArgs({
  options: {
    tries: { type: 'string', default: '240' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});

const names = values.only === undefined ? Object.keys(ATTACKS) : [values.only];
const first = Number(values.seed);
const sums = new Map(names.map((name) => [name, { tries: 0, violations: 0 }]));
for (let seed = first; seed < first + Number(values.tries); seed += 1) {
  const name = names[seed % names.length] ?? '';
  const attack = ATTACKS[name];
  const sum = sums.get(name);
  if (attack === undefined || sum === undefined) throw new Error(`There is no attack ${name}`);
  const violation = await attack(seededRandom(seed));
  sum.tries += 1;
  const tried = seed - first + 1;
  if (tried % PROGRESS_EVERY === 0) process.stderr.write(`${tried} of ${values.tries} tries\n`);
  if (violation === null) continue;
  sum.violations += 1;
  process.stdout.write(`VIOLATION --only ${name} --seed ${seed} --tries 1: ${violation}\n`);
}
for (const [name, { tries, violations }] of sums) {
  process.stdout.write(
    `${name.padEnd(14)} ${String(tries).padStart(4)} tries  ${violations} violations\n`,
  );
}
process.exitCode = [...sums.values()].some(({ violations }) => violations > 0) ? 1 : 0;
