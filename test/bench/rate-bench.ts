import { median } from '../support/median.ts';
import { tokenBucket } from '../support/rate-limits.ts';
import {
  playScenario,
  RATE_SCENARIOS,
  type RateFigures,
  type RateScenario,
  RISE,
  secondsToUse,
} from '../support/rate-scenarios.ts';
import { seededRandom } from '../support/seeded-random.ts';
import type { BenchReport, RequestSeries } from './bench-report.ts';

const RANDOM_LIMITS = 20;
const RANDOM_GOAL = 93; // % of the limit
const LONGEST_RISE = 8; // s
const WATCHED = 60; // s; JSON has no infinity
const SMALLEST_SHARE = 40; // % of the requests, for each of two runs
/** The scenarios whose requests are plotted over time. */
const PLOTTED = ['50/s, burst 100', '200/s, 300 ms', RISE.scenario];

interface Seeds {
  readonly seeds: number;
  readonly seed: number;
}

/**
 * Plays the rate control against limits that it does not know, in simulated time. The figures are medians over
 * the seeds.
 */
export function benchRates({ seeds, seed }: Seeds, report: BenchReport): void {
  report.say('used: share of the limit; 429s: share of the answers.');
  report.say(`Medians of ${seeds} seeds from ${seed}.\n`);
  report.say('| limit | used | goal | 429s | goal | in flight | |');
  report.say('|---|---|---|---|---|---|---|');
  for (const scenario of RATE_SCENARIOS) playSeeds(scenario, { seeds, seed }, report);
  report.say('');
  randomLimits(seed, report);
}

function playSeeds(scenario: RateScenario, { seeds, seed }: Seeds, report: BenchReport): void {
  const { name, goal, starts = [0] } = scenario;
  const figures = Array.from({ length: seeds }, (_, place) => playScenario(scenario, seed + place));
  const [first] = figures;
  if (first !== undefined && PLOTTED.includes(name)) {
    report.series.push(requestSeries(scenario, first));
  }
  const middle = (read: (figure: RateFigures) => number) => median(figures.map(read));
  const add = (what: string, unit: string, value: number, goal: Goal) =>
    report.add({ name: `rate: ${name}: ${what}`, unit, value, goal });
  const used = middle((figure) => figure.used);
  const refused = middle((figure) => figure.refused);
  const reached = [
    add('used', '%', used, { atLeast: goal.used }),
    add('429s', '%', refused, { atMost: goal.refused }),
  ];
  const notes: string[] = [];
  if (name === RISE.scenario) {
    const rise = Math.min(
      WATCHED,
      middle(({ result }) => secondsToUse(result, RISE)),
    );
    reached.push(add('time until the rise is used', 's', rise, { atMost: LONGEST_RISE }));
    notes.push(`90 % of the new limit after ${rise} s`);
  }
  if (starts.length > 1) {
    const share = middle((figure) => figure.smallestShare);
    reached.push(add('smallest share of a run', '%', share, { atLeast: SMALLEST_SHARE }));
    notes.push(`each run at least ${share.toFixed(0)} %`);
  }
  if (reached.includes(false)) notes.unshift('MISSED');
  const shown = [
    name,
    `${used.toFixed(1)} %`,
    `${goal.used} %`,
    `${refused.toFixed(2)} %`,
    `${goal.refused} %`,
    middle(({ mostInFlight }) => mostInFlight),
    notes.join('; '),
  ];
  report.say(`| ${shown.join(' | ')} |`);
}

type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** The requests of each second. */
function requestSeries(
  { name, seconds, limit }: RateScenario,
  { result }: RateFigures,
): RequestSeries {
  const { rateAt } = limit();
  const perSecond = (times: readonly number[]) => {
    const counts = new Array<number>(seconds).fill(0);
    for (const ms of times) {
      const second = Math.floor(ms / 1000);
      if (second < seconds) counts[second] = (counts[second] ?? 0) + 1;
    }
    return counts;
  };
  return {
    name,
    accepted: perSecond(result.accepted),
    refused: perSecond(result.refused),
    limit: Array.from({ length: seconds }, (_, second) => rateAt(second * 1000)),
  };
}

/** Draws limits at random: 3 to 1000 requests per second, burst 1 to 200, latency 20 to 400 ms. */
function randomLimits(seed: number, report: BenchReport): void {
  const random = seededRandom(seed);
  const missed: string[] = [];
  const used: number[] = [];
  for (let place = 0; place < RANDOM_LIMITS; place += 1) {
    const rate = 3 * (1000 / 3) ** random();
    const burst = 1 + Math.floor(200 * random());
    const latency = 20 + 380 * random();
    const figures = playScenario(
      {
        limit: () => tokenBucket(rate, burst),
        latencyMs: [latency, latency],
        seconds: 180,
        fromSecond: 10,
      },
      seed + place,
    );
    used.push(figures.used);
    if (figures.used >= RANDOM_GOAL) continue;
    const shown = `${rate.toFixed(1)}/s, burst ${burst}, ${latency.toFixed(0)} ms`;
    missed.push(`${shown}: ${figures.used.toFixed(1)} %`);
  }
  const worst = Math.min(...used);
  report.add({
    name: `rate: ${RANDOM_LIMITS} random limits from seed ${seed}: worst`,
    unit: '%',
    value: worst,
    goal: { atLeast: RANDOM_GOAL },
  });
  report.say(
    `${RANDOM_LIMITS} random limits from seed ${seed}: median ${median(used).toFixed(1)} %, worst ${worst.toFixed(1)} %`,
  );
  for (const line of missed) report.say(`MISSED (goal ${RANDOM_GOAL} %): ${line}`);
}
