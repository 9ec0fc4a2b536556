import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DIRECTED } from './directed.ts';
import { drawSchedule, type Schedule } from './schedule.ts';
import { shrink } from './shrink.ts';
import { type SimulationResult, simulate } from './simulate.ts';
import { count, emptyTally, type FailedSchedule, merge, type Tally, tallyText } from './tally.ts';

/** `npm run test:sim -- …`: the long form of the simulation; see CONTRIBUTING.md. */
const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
    scenario: { type: 'string' },
    seed: { type: 'string' },
    schedule: { type: 'string' },
    directed: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
});

const MAX_SHRUNK = 5;
const WINDOW = 50;

const single = singleSchedule();
const startedAt = performance.now();
const tally = single === null ? await playSeeds() : await playOne(single);
const seconds = (performance.now() - startedAt) / 1000;
for (const failed of tally.failed.slice(0, MAX_SHRUNK)) await explain(failed);
for (const { schedule } of tally.failed.slice(MAX_SHRUNK)) say(`also failed: --seed ${schedule.seed}`);
say(tallyText(tally, seconds));
process.exitCode = tally.failed.length === 0 ? 0 : 1;

/** The one schedule that was asked for, by seed, file or name. */
function singleSchedule(): Schedule | null {
  const { seed, schedule, directed, scenario } = values;
  if (seed !== undefined) return drawSchedule(Number(seed), scenario);
  if (schedule !== undefined) return JSON.parse(readFileSync(schedule, 'utf8')) as Schedule;
  if (directed === undefined) return null;
  const named = DIRECTED.find(({ name }) => name === directed);
  if (named !== undefined) return named.schedule;
  throw new Error(`There is no directed schedule "${directed}"; there are: ${DIRECTED.map(({ name }) => name).join(' · ')}`);
}

async function playOne(schedule: Schedule): Promise<Tally> {
  const result = await simulate(schedule, values.trace ? { trace: say } : {});
  const one = emptyTally();
  count(one, schedule, result);
  return one;
}

/** Seeds are dealt out in windows; which process plays one changes nothing. */
async function playSeeds(): Promise<Tally> {
  const first = Number(values.from);
  const last = first + Number(values.schedules) - 1;
  let next = first;
  const all = emptyTally();
  const deal = (): number[] => {
    const seeds = Array.from({ length: Math.min(WINDOW, last - next + 1) }, (_, place) => next + place);
    next += seeds.length;
    return seeds;
  };
  await Promise.all(
    Array.from({ length: Number(values.workers) }, () => runWorker(deal, (part) => merge(all, part))),
  );
  all.failed.sort((one, other) => one.schedule.seed - other.schedule.seed);
  return all;
}

function runWorker(deal: () => number[], take: (part: Tally) => void): Promise<void> {
  const worker = fork(fileURLToPath(new URL('run-worker.ts', import.meta.url)));
  return new Promise((resolve, reject) => {
    const send = () => {
      const seeds = deal();
      if (seeds.length > 0) worker.send({ seeds, scenario: values.scenario });
      else worker.disconnect();
    };
    worker.on('message', (part) => {
      take(part as Tally);
      send();
    });
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A worker ended with ${code}`))));
    send();
  });
}

/** Tells a violation, the shortest schedule that has it, and how to play it again. */
async function explain({ schedule, violations }: FailedSchedule): Promise<void> {
  say(`seed ${schedule.seed} (${schedule.scenario}):`);
  for (const violation of violations.slice(0, 5)) say(`  ${violation}`);
  const names = new Set(violations.map(invariantOf));
  const isSame = ({ violations: found }: SimulationResult) =>
    found.some((words) => names.has(invariantOf(words)));
  const shortest = await shrink(schedule, async (candidate) => isSame(await simulate(candidate)));
  say(`  shortest: ${JSON.stringify(shortest)}`);
  say(`  replay: npm run test:sim -- --seed ${schedule.seed} --trace, or put the shortest into a file: --schedule FILE --trace`);
}

function invariantOf(violation: string): string {
  return violation.replace(/:.*/s, '');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
