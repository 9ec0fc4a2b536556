import { parseArgs } from 'node:util';
import { killedPipeline } from './killed-pipeline.ts';
import { evidenceLines } from './pipeline-evidence.ts';

/** `npm run test:crash -- --pipeline [--items N] [--kills N] [--rate N] [--seed N]`: 10,000 pictures, 30 kills. */
export async function runPipeline(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pipeline: { type: 'boolean' },
      items: { type: 'string', default: '10000' },
      kills: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' },
      rate: { type: 'string', default: '150' },
    },
  });
  const numberOf = (name: keyof typeof values): number => Number(values[name]);
  const options = {
    items: numberOf('items'),
    kills: numberOf('kills'),
    seed: numberOf('seed'),
    rate: numberOf('rate'),
  };
  const result = await killedPipeline({ ...options, onLife: say });
  for (const line of evidenceLines(result)) say(line);
  for (const violation of result.violations) say(`VIOLATION: ${violation}`);
  say(`seed ${options.seed}: ${result.violations.length} violations`);
  return result.violations.length === 0 ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
