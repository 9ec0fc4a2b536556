import { formatCount } from '../core/counted.ts';
import type { ProgressPrinter } from './printer.ts';
import type { ProgressFigures } from './progress-figures.ts';
import {
  detailWords,
  etaWords,
  formatPercent,
  listingWords,
  waitsWords,
} from './progress-words.ts';

/** One whole line now and then, for logs and pipes. */
export function createLinePrinter(print: (line: string) => void, everyMs: number): ProgressPrinter {
  return {
    everyMs,
    show: (figures) => print(progressLine(figures)),
    finish: () => undefined,
  };
}

/** `working: 4,300 / 7,012 (61%), ETA 14s, 210 items/s, …`. */
export function progressLine(figures: ProgressFigures): string {
  const { state } = figures;
  const head =
    figures.total === null
      ? listingWords(figures)
      : `${formatCount(figures.settled)} / ${formatCount(figures.total)} (${formatPercent(figures.settled, figures.total)}), ${etaWords(figures)}`;
  const words = waitsWords(state);
  const wait = words === null ? [] : [words];
  return `${state.phase}: ${[head, ...detailWords(figures), ...wait].join(', ')}`;
}
