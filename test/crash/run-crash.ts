import { parseArgs } from 'node:util';
import { killedRun } from './killed-run.ts';
import { runPipeline } from './run-pipeline.ts';

/** `npm run test:crash -- [--kills N] [--files N] [--seed N]`: the long form, 25 kills a run. */
if (process.argv.includes('--pipeline')) process.exit(await runPipeline(process.argv.slice(2)));

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    files: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
  },
});

const KILLS_A_RUN = 25;
const OPERATIONS = ['delete', 'store', 'copy'] as const;
const startedAt = performance.now();
let kills = 0;
let violations = 0;
for (let round = 0; kills < Number(values.kills); round += 1) {
  const operation = OPERATIONS[round % OPERATIONS.length] ?? 'delete';
  const files = operation === 'copy' ? Math.ceil(Number(values.files) / 20) : Number(values.files);
  const seed = Number(values.seed) + round;
  const wanted = Math.min(KILLS_A_RUN, Number(values.kills) - kills);
  const result = await killedRun({ operation, files, kills: wanted, seed });
  kills += Math.max(1, result.kills);
  violations += result.violations.length;
  say(
    `${operation}, seed ${seed}: ${result.kills} kills, ${result.items} items, ${result.requests} requests, ${result.violations.length} violations`,
  );
  for (const violation of result.violations.slice(0, 10)) say(`  ${violation}`);
}
say(
  `${kills} kills in ${((performance.now() - startedAt) / 1000).toFixed(0)} s, ${violations} violations`,
);
process.exitCode = violations === 0 ? 0 : 1;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
