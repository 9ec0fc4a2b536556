import { formatCounted } from '../core/counted.ts';
import { formatDuration } from '../core/duration.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { EndAnswerTimes, RunEnd } from '../run/run-request.ts';

const UNICODE_LEVELS = '▁▂▃▄▅▆▇█';
const ASCII_LEVELS = '_.-=+*#@';
/** A curve of fewer points shows nothing that the total does not show. */
const MIN_POINTS = 3;

/** Formats the share of throttled requests over the time of the run as a small curve. */
export function throttlingRows(points: RunEnd['throttling'], unicode: boolean): string[][] {
  if (points.length < MIN_POINTS) return [];
  const shares = points.map(({ requests, throttled }) =>
    requests <= 0 ? 0 : Math.min(1, throttled / requests),
  );
  const most = Math.max(...shares);
  if (most === 0) return [];
  const levels = unicode ? UNICODE_LEVELS : ASCII_LEVELS;
  const curve = shares
    .map((share) => levels[Math.round((share / most) * (levels.length - 1))])
    .join('');
  const highest = Math.max(1, Math.round(most * 100));
  return [['throttled', `${curve}  from the start to the end, at most ${highest}% at a time`]];
}

/** Formats how long the requests of each step waited for their answers. */
export function answerTimeRows(times: readonly EndAnswerTimes[]): string[][] {
  return times.map(({ step, requests, p50Ms, p95Ms }, index) => [
    index === 0 ? 'answers' : '',
    `${plainText(step)}: half within ${formatTime(p50Ms)}, 95% within ${formatTime(p95Ms)} (${formatCounted(requests, 'request')})`,
  ]);
}

function formatTime(ms: number): string {
  return ms >= 1000 && ms < 10_000 ? `${(ms / 1000).toFixed(1)}s` : formatDuration(ms);
}
