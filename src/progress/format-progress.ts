import { formatCount, formatCounted } from '../core/counted.ts';
import { formatDuration } from '../core/duration.ts';
import type { Wait } from '../core/wait.ts';
import type { ProgressFigures } from './progress-figures.ts';
import { plainText } from './terminal-text.ts';

/** Formats a percentage such as `61%`. Rounds down, so that `100%` appears only if nothing is missing. */
export function formatPercent(part: number, whole: number): string {
  return whole === 0 ? '100%' : `${Math.floor((part * 100) / whole)}%`;
}

/**
 * Formats the remaining time, such as `ETA 3m 20s`. Shows `ETA ...` until the rate can be measured, and while a
 * person has paused the run.
 */
export function formatEta(figures: ProgressFigures): string {
  if ([...figures.state.waits.values()].some(({ kind }) => kind === 'paused')) return 'ETA ...';
  if (figures.etaMs === null) return 'ETA ...';
  return `ETA ${formatDuration(Math.ceil(figures.etaMs / 1000) * 1000)}`;
}

/**
 * The parts of the progress while the run reads its source: `1,200 listed`, `800 selected`, `300 done`, `2 pages`,
 * `ETA after listing`. A run that works while it lists has items that are done already.
 */
export function listingParts({ state }: ProgressFigures): string[] {
  const done = state.counts?.done ?? 0;
  return [
    `${formatCount(state.listed)} listed`,
    `${formatCount(state.selected)} selected`,
    ...(done === 0 ? [] : [`${formatCount(done)} done`]),
    formatCounted(state.pages, 'page'),
    'ETA after listing',
  ];
}

/** Formats the reason of a wait. For a pause by a person, adds when it began. */
export function formatReason(
  { kind, reason, since }: Wait,
  formatTime: (ms: number) => string,
): string {
  const plain = plainText(reason);
  return kind === 'paused' ? plain.replace('paused', `paused since ${formatTime(since)}`) : plain;
}

/**
 * Formats the reason and the end of a wait: `paused by the service (429, Retry-After 120 s) until 14:03:20`.
 * The time is in the time zone of the user, except that of a window.
 */
export function formatWait(wait: Wait): string {
  const reason = formatReason(wait, timeOfDay);
  return wait.until === null || namesItsEnd(wait)
    ? reason
    : `${reason} until ${timeOfDay(wait.until)}`;
}

/** True if the reason of a wait already says when it ends: that of a window, in the zone of the window. */
export function namesItsEnd({ kind }: Pick<Wait, 'kind'>): boolean {
  return kind === 'window';
}

/**
 * Formats one wait of the run: the one that ends last. Adds the number of the other waits. Returns null if
 * the run does not wait.
 */
export function formatWaits({ waits }: ProgressFigures['state']): string | null {
  const endTime = ({ until }: Wait) => until ?? Number.POSITIVE_INFINITY;
  const [last] = [...waits.values()].sort((a, b) => endTime(b) - endTime(a));
  if (last === undefined) return null;
  const others = waits.size === 1 ? '' : ` (and ${formatCounted(waits.size - 1, 'other wait')})`;
  return `${formatWait(last)}${others}`;
}

/** Returns the texts that stand next to the progress bar, failures first. */
export function formatDetails(figures: ProgressFigures): string[] {
  const counts = figures.state.counts;
  return [
    `${formatCount(counts?.failed ?? 0)} failed`,
    `${formatCount(counts?.['in-doubt'] ?? 0)} in doubt`,
    ...formatRate(figures.itemsPerSecond, 'items/s'),
    ...formatRate(figures.requestsPerSecond, 'requests/s'),
    `${Math.round(figures.throttledShare * 100)}% throttled`,
  ];
}

function timeOfDay(ms: number): string {
  const at = new Date(ms);
  const parts = [at.getHours(), at.getMinutes(), at.getSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function formatRate(perSecond: number | null, unit: string): string[] {
  if (perSecond === null) return [];
  return [`${perSecond < 10 ? perSecond.toFixed(1) : formatCount(perSecond)} ${unit}`];
}
