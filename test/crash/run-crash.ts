import { parseArgs } from 'node:util';
import { printKills } from './print-kills.ts';
import { printMatrix } from './print-matrix.ts';
import { runPipeline } from './run-pipeline.ts';

/**
 * `npm run test:crash`, the long forms:
 * - `[--kills N] [--files N] [--seed N]`: random kills, half of them in cleanups of many files,
 *   half in runs of every operation with faults on the wire
 * - `--matrix [--only op=delete,point=after-write,hit=2,fault=kept] [--jobs N]`: a kill at every
 *   durable boundary of every operation
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
    jobs: { type: 'string', default: '2' },
  },
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

process.exitCode = values.matrix
  ? await printMatrix({ only: values.only, jobs: Number(values.jobs) }, say)
  : await printKills(
      { kills: Number(values.kills), files: Number(values.files), seed: Number(values.seed) },
      say,
    );
