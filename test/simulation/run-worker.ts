import { drawFleetSchedule } from './fleet-schedule.ts';
import { failNth, NTH_FAILURES, quietSchedule } from './nth-failure.ts';
import { drawSchedule } from './schedule.ts';
import { simulate } from './simulate.ts';
import { count, emptyTally, type Tally } from './tally.ts';

/** What a process is sent to play: seeds, or one failure at its first, second … use. */
export type WorkerJob =
  | {
      readonly from: number;
      readonly to: number;
      readonly scenario: string | undefined;
      /** True for runs whose requests workers send. */
      readonly fleet: boolean;
    }
  | { readonly nth: string; readonly scenario: string };

/** One of the processes of `run-simulation.ts`: answers each job with what it came to. */
process.on('message', (job) => {
  void play(job as WorkerJob).then((tally) => process.send?.(tally));
});

async function play(job: WorkerJob): Promise<Tally> {
  if ('nth' in job) {
    const failure = NTH_FAILURES.find(({ name }) => name === job.nth);
    if (failure === undefined) throw new Error(`Nothing fails as "${job.nth}"`);
    return failNth(failure, quietSchedule(job.scenario));
  }
  const tally = emptyTally();
  for (let seed = job.from; seed <= job.to; seed += 1) {
    const draw = job.fleet ? drawFleetSchedule : drawSchedule;
    const schedule = draw(seed, job.scenario);
    count(tally, schedule, await simulate(schedule));
  }
  return tally;
}
