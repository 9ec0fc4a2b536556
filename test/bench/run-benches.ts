import { parseArgs } from 'node:util';
import { benchCleanup } from './cleanup-bench.ts';
import { benchOpenJobs } from './open-jobs-bench.ts';
import { benchPolls } from './polls-bench.ts';
import { benchRates } from './rate-bench.ts';

/**
 * `npm run bench -- [rate|polls|cleanup] [--seeds N] [--seed N] [--files N] [--small N]`: all benches, or the one
 * that is named.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    files: { type: 'string', default: '1000000' },
    small: { type: 'string', default: '100000' },
  },
});
const sizes = { files: Number(values.files), small: Number(values.small) };
const benches = {
  rate: async () => benchRates({ seeds: Number(values.seeds), seed: Number(values.seed) }, say),
  polls: async () => {
    const isSeldom = await benchPolls(say);
    say('');
    return (await benchOpenJobs(say)) && isSeldom;
  },
  cleanup: () => benchCleanup(sizes, say),
};
const names = Object.keys(benches) as (keyof typeof benches)[];
const [only] = positionals;
if (only !== undefined && !names.some((name) => name === only)) {
  throw new Error(`There is no bench ${only}; there are: ${names.join(', ')}`);
}
for (const name of names) {
  if (only !== undefined && only !== name) continue;
  say(`## ${name}\n`);
  if (!(await benches[name]())) process.exitCode = 1;
  say('');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
