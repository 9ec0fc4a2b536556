import type { RunSample } from '../core/run-sample.ts';
import { formatInstant } from './format.ts';

/** The columns of the plot of requests. Times are in seconds, because uPlot wants it so. */
export interface RequestSeries {
  readonly times: number[];
  readonly requests: (number | null)[];
  readonly allowed: (number | null)[];
  /** Number of answers with status 429 since the point before. */
  readonly throttled: number[];
}

/** A pause between two samples that is longer than this, ms, and than several usual distances, is a gap. */
const GAP_MS = 60_000;

/** Computes requests a second from the sums that samples have. */
export function requestSeries(samples: readonly RunSample[]): RequestSeries {
  const series: RequestSeries = { times: [], requests: [], allowed: [], throttled: [] };
  const gap = Math.max(GAP_MS, 5 * medianDistance(samples));
  for (const [index, sample] of samples.entries()) {
    const before = samples[index - 1];
    if (before === undefined || sample.at <= before.at) continue;
    const ms = sample.at - before.at;
    const isGap = ms > gap;
    const rate = (1000 * Math.max(0, sample.requests - before.requests)) / ms;
    series.times.push(sample.at / 1000);
    series.requests.push(isGap ? null : rate);
    series.allowed.push(isGap ? null : sample.rate);
    series.throttled.push(Math.max(0, sample.throttled - before.throttled));
  }
  return series;
}

/** Adds new samples to those that the page has. The new ones replace those of the same time or later. */
export function joinSamples(
  old: readonly RunSample[],
  added: readonly RunSample[],
): readonly RunSample[] {
  const [first] = added;
  if (first === undefined) return old;
  const joined = [...old.filter(({ at }) => at < first.at), ...added];
  return joined.length <= 2000
    ? joined
    : joined.filter((_, index) => index % 2 !== joined.length % 2);
}

/** The texts of times on an axis: the day where it changes, otherwise the time, with seconds if one needs them. */
export function timeTexts(times: readonly number[]): string[] {
  const parts = times.map((time) => formatInstant(1000 * time).split(' '));
  const hasSeconds = parts.some(([, clock = '']) => !clock.endsWith(':00'));
  return parts.map(([date = '', clock = ''], index) => {
    const before = parts[index - 1]?.[0] ?? date;
    if (before !== date) return date.slice(5);
    return hasSeconds ? clock : clock.slice(0, 5);
  });
}

function medianDistance(samples: readonly RunSample[]): number {
  const distances = samples.slice(1).map(({ at }, index) => at - (samples[index]?.at ?? at));
  return distances.sort((one, other) => one - other)[distances.length >> 1] ?? 0;
}
