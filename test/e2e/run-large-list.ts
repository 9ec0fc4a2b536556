import { parseArgs } from 'node:util';
import { largeList } from './large-list.ts';

/** `npm run test:csv -- [--mb N]`: a small CSV and one of N MB (1000): counts are exact, memory stays flat. */
const { values } = parseArgs({ options: { mb: { type: 'string', default: '1000' } } });
const MOST_GROWTH_BYTES = 100e6; // what a garbage collector may put off, whatever the size of the list

const small = await tell(10);
const large = await tell(Number(values.mb));
const isExact = [small, large].every(({ code, rows, listed }) => code === 0 && rows === listed);
const isFlat = large.peakBytes - small.peakBytes < MOST_GROWTH_BYTES;
process.stdout.write(`exact: ${isExact}, flat: ${isFlat}\n`);
process.exitCode = isExact && isFlat ? 0 : 1;

async function tell(mb: number) {
  const result = await largeList(mb * 1e6);
  const { bytes, rows, listed, peakBytes } = result;
  process.stdout.write(
    `${(bytes / 1e6).toFixed(0)} MB, ${rows} rows, ${listed} listed, VmHWM ${(peakBytes / 1e6).toFixed(0)} MB\n`,
  );
  return result;
}
