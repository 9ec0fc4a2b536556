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

const RANDOM_LIMITS = 20;
const RANDOM_GOAL = 93; // % of the limit
const LONGEST_RISE = 8; // s
const SMALLEST_SHARE = 40; // % of the requests, for each of two runs

/**
 * Plays the rate control against limits that it does not know, in simulated time. The figures are medians over
 * the seeds. Returns false if a goal is missed.
 */
export function benchRates(
  { seeds, seed }: { readonly seeds: number; readonly seed: number },
  say: (line: string) => void,
): boolean {
  say(
    `used: share of the limit; 429s: share of the answers. Medians of ${seeds} seeds from ${seed}.\n`,
  );
  say('| limit | used | goal | 429s | goal | in flight | |');
  say('|---|---|---|---|---|---|---|');
  const scenarios = RATE_SCENARIOS.map((scenario) => playSeeds(scenario, { seeds, seed }, say));
  say('');
  return randomLimits(seed, say) && scenarios.every(Boolean);
}

function playSeeds(
  scenario: RateScenario,
  { seeds, seed }: { readonly seeds: number; readonly seed: number },
  say: (line: string) => void,
): boolean {
  const { name, goal, starts = [0] } = scenario;
  const figures = Array.from({ length: seeds }, (_, place) => playScenario(scenario, seed + place));
  const middle = (read: (figure: RateFigures) => number) => median(figures.map(read));
  const used = middle((figure) => figure.used);
  const refused = middle((figure) => figure.refused);
  const rise = name === RISE.scenario ? middle(({ result }) => secondsToUse(result, RISE)) : null;
  const share = starts.length > 1 ? middle((figure) => figure.smallestShare) : null;
  const isReached =
    used >= goal.used &&
    refused <= goal.refused &&
    (rise === null || rise <= LONGEST_RISE) &&
    (share === null || share >= SMALLEST_SHARE);
  const notes = [
    isReached ? '' : 'MISSED',
    rise === null ? '' : `90 % of the new limit after ${rise} s`,
    share === null ? '' : `each run at least ${share.toFixed(0)} %`,
  ].filter((note) => note !== '');
  const shown = [
    name,
    `${used.toFixed(1)} %`,
    `${goal.used} %`,
    `${refused.toFixed(2)} %`,
    `${goal.refused} %`,
    middle(({ mostInFlight }) => mostInFlight),
    notes.join('; '),
  ];
  say(`| ${shown.join(' | ')} |`);
  return isReached;
}

/** Draws limits at random: 3 to 1000 requests per second, burst 1 to 200, latency 20 to 400 ms. */
function randomLimits(seed: number, say: (line: string) => void): boolean {
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
  const worst = Math.min(...used).toFixed(1);
  say(
    `${RANDOM_LIMITS} random limits from seed ${seed}: median ${median(used).toFixed(1)} %, worst ${worst} %`,
  );
  for (const line of missed) say(`MISSED (goal ${RANDOM_GOAL} %): ${line}`);
  return missed.length === 0;
}
