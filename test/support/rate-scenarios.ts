import { fixedWindow, slidingWindow, tokenBucket } from './rate-limits.ts';
import { type RateResult, type RateSimulation, simulateRate } from './simulated-rate.ts';

/** A limit, and what the rate control must reach with it. */
export interface RateScenario extends Omit<RateSimulation, 'seed'> {
  readonly name: string;
  /** Least share of the limit that is used, and largest share of 429s among the answers, after `fromSecond`. */
  readonly goal: { readonly used: number; readonly refused: number };
  /** From when the shares are measured, s: the search for the limit does not count. */
  readonly fromSecond: number;
}

const ABSURD = ['-1', '1000000000', 'soon', 'Thu, 01 Jan 2015 00:00:00 GMT', '0', '1e9'];
const MOVES = [
  { from: 0, rate: 50 },
  { from: 50, rate: 20 },
  { from: 100, rate: 80 },
];
const moving = (ms: number): number =>
  MOVES.findLast(({ from }) => ms >= from * 1000)?.rate ?? MOVES[0]!.rate;

const USUAL = { latencyMs: [60, 120], seconds: 180, fromSecond: 10 } as const;
const bucket = (rate: number, burst: number) => ({ limit: () => tokenBucket(rate, burst) });
const WINDOW_MS = 60_000;

/** The limits of the benchmark. A limit stays in the list even if its figure is poor. */
export const RATE_SCENARIOS: readonly RateScenario[] = [
  { ...USUAL, name: '50/s, burst 100', ...bucket(50, 100), goal: goal(98.5, 0.5) },
  { ...USUAL, name: '50/s, burst 10', ...bucket(50, 10), goal: goal(98, 0.6) },
  { ...USUAL, name: '5/s, burst 10', ...bucket(5, 10), goal: goal(96, 1) },
  { ...USUAL, name: '200/s, 90 ms', ...bucket(200, 200), goal: goal(98, 0.6) },
  {
    ...USUAL,
    name: '200/s, 300 ms',
    ...bucket(200, 200),
    latencyMs: [300, 300],
    goal: goal(96, 1),
  },
  { ...USUAL, name: '50/s, 300 ms', ...bucket(50, 100), latencyMs: [300, 300], goal: goal(97, 1) },
  {
    ...USUAL,
    name: '1000/s, 30 ms',
    ...bucket(1000, 1000),
    latencyMs: [20, 40],
    seconds: 90,
    goal: goal(95, 1),
  },
  {
    ...USUAL,
    name: 'sliding window, 50 in 1 s',
    limit: () => slidingWindow(50, 1000),
    goal: goal(94, 1),
  },
  {
    ...USUAL,
    name: 'sliding window, 600 in 60 s',
    limit: () => slidingWindow(600, WINDOW_MS),
    seconds: 360,
    fromSecond: 60, // the search uses up the first window
    goal: goal(95, 1.5),
  },
  {
    ...USUAL,
    name: 'fixed window, 600 in 60 s',
    limit: () => fixedWindow(600, WINDOW_MS),
    seconds: 360,
    fromSecond: 60,
    goal: goal(95, 1.5),
  },
  {
    ...USUAL,
    name: '50/s, then 20/s, then 80/s',
    limit: () => tokenBucket(moving, 50),
    seconds: 150,
    goal: goal(95, 1.5),
  },
  {
    ...USUAL,
    name: '50/s, each Retry-After 15 s',
    ...bucket(50, 100),
    retryAfter: () => '15',
    seconds: 900,
    fromSecond: 60,
    goal: goal(80, 0.5),
  },
  {
    ...USUAL,
    name: 'no Retry-After',
    ...bucket(50, 100),
    retryAfter: () => null,
    goal: goal(97, 1),
  },
  {
    ...USUAL,
    name: 'absurd Retry-After',
    ...bucket(50, 100),
    retryAfter: (place) => ABSURD[place % ABSURD.length] ?? null,
    goal: goal(90, 1),
  },
  { ...USUAL, name: '5 % 5xx', ...bucket(50, 100), failing: 0.05, goal: goal(97, 0.5) },
  {
    ...USUAL,
    name: 'shared, second joins',
    ...bucket(200, 200),
    starts: [0, 30],
    goal: goal(97, 1),
  },
  {
    ...USUAL,
    name: 'shared, started together',
    ...bucket(200, 200),
    starts: [0, 0],
    goal: goal(97, 1),
  },
  {
    ...USUAL,
    name: 'first 60 s of a first run',
    ...bucket(50, 100),
    seconds: 60,
    fromSecond: 0,
    goal: goal(95, 1.5),
  },
  {
    ...USUAL,
    name: 'first 60 s of a second run',
    ...bucket(50, 100),
    learned: 49,
    seconds: 60,
    fromSecond: 0,
    goal: goal(99, 1.5),
  },
];

/** Where the limit rises in the scenario whose limit moves. */
export const RISE = { scenario: '50/s, then 20/s, then 80/s', atSecond: 100, rate: 80 } as const;

/** The figures of one simulated run. Shares in percent. */
export interface RateFigures {
  readonly used: number;
  readonly refused: number;
  /** The smallest share of one of the runs that share the limit; 100 if there is one run. */
  readonly smallestShare: number;
  readonly mostInFlight: number;
  readonly result: RateResult;
}

/** Plays a scenario with one seed. */
export function playScenario(
  scenario: Omit<RateScenario, 'name' | 'goal'>,
  seed: number,
): RateFigures {
  const { limit, seconds, fromSecond } = scenario;
  const result = simulateRate({ ...scenario, seed });
  const { acceptedByRun, mostInFlight } = result;
  const isCounted = (ms: number) => ms >= fromSecond * 1000 && ms < seconds * 1000;
  const accepted = result.accepted.filter(isCounted).length;
  const refused = result.refused.filter(isCounted).length;
  const { rateAt } = limit();
  let possible = 0;
  for (let ms = fromSecond * 1000; ms < seconds * 1000; ms += 100) possible += rateAt(ms) / 10;
  const all = acceptedByRun.reduce((sum, count) => sum + count, 0);
  return {
    used: (100 * accepted) / possible,
    refused: (100 * refused) / Math.max(1, accepted + refused),
    smallestShare: (100 * Math.min(...acceptedByRun)) / all,
    mostInFlight,
    result,
  };
}

/** The seconds until 90 % of a limit are used for 2 s, after the limit rose; infinite if never. */
export function secondsToUse({ accepted }: RateResult, { atSecond, rate }: typeof RISE): number {
  const wanted = 0.9 * rate * 2;
  for (let start = atSecond; start < atSecond + 60; start += 0.5) {
    const isNear = (ms: number) => ms >= start * 1000 && ms < (start + 2) * 1000;
    if (accepted.filter(isNear).length >= wanted) return start - atSecond;
  }
  return Number.POSITIVE_INFINITY;
}

function goal(used: number, refused: number): RateScenario['goal'] {
  return { used, refused };
}
