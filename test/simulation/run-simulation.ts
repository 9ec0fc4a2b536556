import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DIRECTED } from './directed.ts';
import { drawFleetSchedule } from './fleet-schedule.ts';
import { NTH_FAILURES } from './nth-failure.ts';
import type { WorkerJob } from './run-worker.ts';
import { SCENARIOS } from './scenarios.ts';
import { drawSchedule, type Schedule } from './schedule.ts';
import { playSharedRuns } from './shared-runs.ts';
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
    nth: { type: 'boolean', default: false },
    shared: { type: 'boolean', default: false },
    fleet: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
  },
});

const MAX_SHRUNK = 5;
const WINDOW = 50;
const TOLD_EVERY = 1000;

if (values.shared) process.exit(await playShared());
const single = singleSchedule();
const startedAt = performance.now();
const tally =
  single !== null ? await playOne(single) : await playAll(values.nth ? nthJobs() : seedJobs());
const seconds = (performance.now() - startedAt) / 1000;
say(tallyText(tally, seconds));
for (const failed of tally.failed.slice(0, MAX_SHRUNK)) await explain(failed);
process.exitCode = tally.failed.length === 0 ? 0 : 1;

/** Plays seeds of runs that share a project. Returns the exit code. */
async function playShared(): Promise<number> {
  const first = Number(values.seed ?? values.from);
  const count = values.seed === undefined ? Number(values.schedules) : 1;
  let failed = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const violations = await playSharedRuns(seed);
    for (const words of violations) say(`seed ${seed}: ${words}`);
    if (violations.length > 0) failed += 1;
  }
  say(`${count} schedules of shared runs, ${failed} with violations`);
  return failed === 0 ? 0 : 1;
}

/** The schedule that the flags name by seed, file or name. */
function singleSchedule(): Schedule | null {
  const { seed, schedule, directed, scenario, fleet } = values;
  const draw = fleet ? drawFleetSchedule : drawSchedule;
  if (seed !== undefined) return draw(Number(seed), scenario);
  if (schedule !== undefined) return JSON.parse(readFileSync(schedule, 'utf8')) as Schedule;
  if (directed === undefined) return null;
  const named = DIRECTED.find(({ name }) => name === directed);
  if (named !== undefined) return named.schedule;
  throw new Error(
    `There is no directed schedule "${directed}"; there are: ${DIRECTED.map(({ name }) => name).join(' · ')}`,
  );
}

async function playOne(schedule: Schedule): Promise<Tally> {
  const result = await simulate(schedule, values.trace ? { trace: say } : {});
  const one = emptyTally();
  count(one, schedule, result);
  for (const failed of one.failed) tell(failed);
  return one;
}

/** Windows of seeds. Any process can play any window. */
function* seedJobs(): Generator<WorkerJob> {
  const first = Number(values.from);
  const end = first + Number(values.schedules);
  for (let from = first; from < end; from += WINDOW) {
    const to = Math.min(from + WINDOW, end) - 1;
    yield { from, to, scenario: values.scenario, fleet: values.fleet };
  }
}

/** Every failure in every scenario, or in the named one. */
function* nthJobs(): Generator<WorkerJob> {
  const { scenario } = values;
  for (const name of scenario === undefined ? SCENARIOS.map((one) => one.name) : [scenario]) {
    for (const failure of NTH_FAILURES) yield { nth: failure.name, scenario: name };
  }
}

async function playAll(jobs: Iterator<WorkerJob>): Promise<Tally> {
  const all = emptyTally();
  const take = (part: Tally) => {
    const before = all.schedules;
    merge(all, part);
    for (const failed of part.failed) tell(failed);
    const isRound = Math.floor(before / TOLD_EVERY) < Math.floor(all.schedules / TOLD_EVERY);
    if (isRound) say(`${all.schedules} schedules, ${all.failed.length} with violations`);
  };
  const workers = Array.from({ length: Number(values.workers) }, () => runWorker(jobs, take));
  await Promise.all(workers);
  all.failed.sort((one, other) => one.schedule.seed - other.schedule.seed);
  return all;
}

function runWorker(jobs: Iterator<WorkerJob>, take: (part: Tally) => void): Promise<void> {
  const worker = fork(fileURLToPath(new URL('run-worker.ts', import.meta.url)));
  return new Promise((resolve, reject) => {
    const send = () => {
      const { done, value } = jobs.next();
      if (done === true) worker.disconnect();
      else worker.send(value);
    };
    worker.on('message', (part) => {
      take(part as Tally);
      send();
    });
    worker.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`A worker ended with ${code}`));
    });
    send();
  });
}

/** Prints the violations and the command that repeats them. */
function tell({ schedule, violations }: FailedSchedule): void {
  say(`seed ${schedule.seed} (${schedule.scenario}):`);
  for (const violation of violations.slice(0, 5)) say(`  ${violation}`);
  say(
    `  replay: npm run test:sim -- --seed ${schedule.seed}${schedule.fleet === undefined ? '' : ' --fleet'} --trace`,
  );
}

/** Prints the shortest schedule that fails in the same way. */
async function explain({ schedule, violations }: FailedSchedule): Promise<void> {
  const names = new Set(violations.map(invariantOf));
  const isSame = ({ violations: found }: SimulationResult) =>
    found.some((words) => names.has(invariantOf(words)));
  const shortest = await shrink(schedule, async (candidate) => isSame(await simulate(candidate)));
  say(
    `the shortest like seed ${schedule.seed}, for a file and --schedule FILE --trace: ${JSON.stringify(shortest)}`,
  );
}

function invariantOf(violation: string): string {
  return violation.replace(/:.*/s, '');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
