import { formatCount, formatCounted } from '../core/counted.ts';
import { formatDuration } from '../core/duration.ts';
import type { Wait } from '../core/wait.ts';
import type { ProgressFigures } from './progress-figures.ts';
import { plainText } from './terminal-text.ts';

/** `61%`: rounded down, so that 100% means all. */
export function formatPercent(part: number, whole: number): string {
  return whole === 0 ? '100%' : `${Math.floor((part * 100) / whole)}%`;
}

/** `ETA 3m 20s`; no guess while listing or before the rate is steady. */
export function etaWords(figures: ProgressFigures): string {
  if (figures.etaMs === null) return figures.total === null ? 'ETA after listing' : 'ETA ...';
  return `ETA ${formatDuration(Math.ceil(figures.etaMs / 1000) * 1000)}`;
}

/** `1,200 listed, 800 selected, 2 pages`. */
export function listingWords({ state }: ProgressFigures): string {
  return `${formatCount(state.listed)} listed, ${formatCount(state.selected)} selected, ${formatCounted(state.pages, 'page')}`;
}

/** `paused by the service (429, Retry-After 120 s) until 14:03:20`, in local time. */
export function waitWords({ reason, until }: Wait): string {
  const plain = plainText(reason);
  return until === null ? plain : `${plain} until ${timeOfDay(until)}`;
}

/** The wait that ends last, and how many others there are; null if there is none. */
export function waitsWords({ waits }: ProgressFigures['state']): string | null {
  const endOf = ({ until }: Wait) => until ?? Number.POSITIVE_INFINITY;
  const [last] = [...waits.values()].sort((a, b) => endOf(b) - endOf(a));
  if (last === undefined) return null;
  const others = waits.size === 1 ? '' : ` (and ${formatCounted(waits.size - 1, 'other wait')})`;
  return `${waitWords(last)}${others}`;
}

/** What is shown beside the bar, in its order. */
export function detailWords(figures: ProgressFigures): string[] {
  const counts = figures.state.counts;
  return [
    ...rateWords(figures.itemsPerSecond, 'items/s'),
    ...rateWords(figures.requestsPerSecond, 'requests/s'),
    `${Math.round(figures.throttledShare * 100)}% throttled`,
    `${formatCount(counts?.failed ?? 0)} failed`,
    `${formatCount(counts?.['in-doubt'] ?? 0)} in doubt`,
  ];
}

function timeOfDay(ms: number): string {
  const at = new Date(ms);
  const parts = [at.getHours(), at.getMinutes(), at.getSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function rateWords(perSecond: number | null, unit: string): string[] {
  if (perSecond === null) return [];
  return [`${perSecond < 10 ? perSecond.toFixed(1) : formatCount(perSecond)} ${unit}`];
}
