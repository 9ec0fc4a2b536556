import { formatCount } from '../core/counted.ts';
import {
  formatDetails,
  formatEta,
  formatPercent,
  formatWaits,
  listingParts,
} from './format-progress.ts';
import type { ProgressPrinter } from './printer.ts';
import type { ProgressFigures } from './progress-figures.ts';

/** Creates a display for logs and pipes. It prints a new line in each interval, and never redraws a line. */
export function createLinePrinter(print: (line: string) => void, everyMs: number): ProgressPrinter {
  return {
    everyMs,
    show: (figures) => print(progressLine(figures)),
    finish: () => undefined,
  };
}

/** Formats the progress as a line, such as `working: 4,300 / 7,012 (61%), ETA 14s, 210 items/s, …`. */
export function progressLine(figures: ProgressFigures): string {
  const { state } = figures;
  const head =
    figures.total === null
      ? listingParts(figures).join(', ')
      : `${formatCount(figures.settled)} / ${formatCount(figures.total)} (${formatPercent(figures.settled, figures.total)}), ${formatEta(figures)}`;
  const words = formatWaits(state);
  const wait = words === null ? [] : [words];
  return `${state.phase}: ${[head, ...formatDetails(figures), ...wait].join(', ')}`;
}
