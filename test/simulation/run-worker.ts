import { drawSchedule } from './schedule.ts';
import { simulate } from './simulate.ts';
import { count, emptyTally } from './tally.ts';

/** Plays the seeds it is sent, and sends back what they came to: one of the processes of `run-simulation.ts`. */
process.on('message', (message) => {
  const { seeds, scenario } = message as { seeds: number[]; scenario?: string };
  void play(seeds, scenario).then((tally) => process.send?.(tally));
});

async function play(seeds: readonly number[], scenario: string | undefined) {
  const tally = emptyTally();
  for (const seed of seeds) {
    const schedule = drawSchedule(seed, scenario);
    count(tally, schedule, await simulate(schedule));
  }
  return tally;
}
