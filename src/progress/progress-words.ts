import { formatCount, formatCounted } from '../core/counted.ts';
import { formatDuration } from '../core/duration.ts';
import type { LostAnswerWait } from '../engine/run-events.ts';
import type { ProgressFigures } from './progress-figures.ts';

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

/** `waiting until 14:03:20 to look up 3 lost answers`, by the clock on the wall. */
export function waitWords({ until, lostAnswers }: LostAnswerWait): string {
  return `waiting until ${timeOfDay(until)} to look up ${formatCounted(lostAnswers, 'lost answer')}`;
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
