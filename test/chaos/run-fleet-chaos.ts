import { parseArgs } from 'node:util';
import { row, table } from '../support/markdown-table.ts';
import { requireService } from '../support/require-service.ts';
import { CHAOS_JOBS } from './chaos-jobs.ts';
import { chaosRound, type RoundResult } from './chaos-round.ts';

/**
 * `npm run test:fleet-chaos [-- --minutes N --seed N --jobs delete,upload --every SECONDS --fsync always]`: one round
 * for each kind of job. A round starts Redis, an emulator, a run and three workers, each as a process. Workers are
 * killed and stopped, Redis is killed and emptied, and the process of the run is killed and resumed. The emulator's log
 * then tells what was done twice or not at all. A violation prints its seed; exit 1. `--minutes` is the time of the
 * chaos of all rounds together; each of them then ends in peace, which takes longer.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: Object.keys(CHAOS_JOBS).join(',') },
    every: { type: 'string', default: '4' },
    fsync: { type: 'string', default: 'everysec' },
  },
});

const COLUMNS = [
  ...['job', 'items', 'effects', 'worker kills', 'stops', 'Redis kills', 'FLUSHALL'],
  ...['coordinator kills', 'done twice', 'lost', 'in doubt', 'false deaths', 'lost calls'],
  ...['recovery p50 / p95', 'time'],
];

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const redisServer = requireService('redis-server', 'redis-server');
if (redisServer === null) process.exit(1);
const names = values.jobs.split(',');
const results: RoundResult[] = [];
for (const name of names) {
  const seed = Number(values.seed);
  const seconds = (Number(values.minutes) * 60) / names.length;
  const everyMs = Number(values.every) * 1000;
  const { fsync } = values;
  const result = await chaosRound({ name, seed, seconds, everyMs, redisServer, fsync });
  results.push(result);
  for (const end of result.ownEnds)
    say(`${name}: the run ended by itself, and was resumed: ${end}`);
  if (result.kept !== null) {
    say(`VIOLATION --jobs ${name} --seed ${seed}, in ${result.kept}:`);
    for (const violation of result.violations) say(`  ${violation}`);
  }
  process.stderr.write(`${name}: ${result.seconds} s\n`);
}
say(table(COLUMNS, results.map(describeResult)));
process.exitCode = results.some(({ violations }) => violations.length > 0) ? 1 : 0;

function describeResult(result: RoundResult): string {
  const { name, items, effects, workerKills, stops, redisKills, flushes, coordinatorKills } =
    result;
  const { doneTwice, lost, inDoubt, falseDeaths, lostCalls, recoveryMs } = result;
  const injuries = [workerKills, stops, redisKills, flushes, coordinatorKills];
  const counts = [items, effects, ...injuries, doneTwice, lost, inDoubt, falseDeaths, lostCalls];
  const recovery = `${secondsAt(recoveryMs, 0.5)} / ${secondsAt(recoveryMs, 0.95)}`;
  return row([name, ...counts.map(String), recovery, `${result.seconds} s`]);
}

/** The value below which this share of the times is, as text. */
function secondsAt(times: readonly number[], share: number): string {
  const sorted = [...times].sort((one, other) => one - other);
  const time = sorted[Math.ceil(share * sorted.length) - 1];
  return time === undefined ? '–' : `${(time / 1000).toFixed(1)} s`;
}
