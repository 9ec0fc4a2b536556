import { parseArgs } from 'node:util';
import { printKills } from './print-kills.ts';
import { printMatrix } from './print-matrix.ts';
import { printPower } from './print-power.ts';
import { printRetries } from './print-retries.ts';
import { runPipeline } from './run-pipeline.ts';

/**
 * `npm run test:crash`, the long forms:
 * - `[--kills N] [--files N] [--seed N]`: random kills, half of them in cleanups of many files,
 *   half in runs of every operation with faults on the wire
 * - `--matrix [--only op=delete,point=after-write,hit=2,fault=kept] [--jobs N]`: a kill at every
 *   durable boundary of every operation
 * - `--retry [--op NAME]`: a kill at every durable boundary of a retry of every operation
 * - `--power [--cuts N] [--seed N] [--op NAME]`: the power is cut; only what was synced is left
 * - `--pipeline …`: kills in a pipeline of many steps
 */
if (process.argv.includes('--pipeline')) process.exit(await runPipeline(process.argv.slice(2)));

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    files: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    matrix: { type: 'boolean', default: false },
    only: { type: 'string' },
    retry: { type: 'boolean', default: false },
    power: { type: 'boolean', default: false },
    cuts: { type: 'string', default: '60' },
    op: { type: 'string' },
    jobs: { type: 'string', default: '2' },
  },
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function run(): Promise<number> {
  const seed = Number(values.seed);
  if (values.matrix) return printMatrix({ only: values.only, jobs: Number(values.jobs) }, say);
  if (values.retry) return printRetries({ only: values.op }, say);
  if (values.power) return printPower({ cuts: Number(values.cuts), seed, only: values.op }, say);
  return printKills({ kills: Number(values.kills), files: Number(values.files), seed }, say);
}

process.exitCode = await run();
