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
import type { Screen } from './screen.ts';
import { createPaint, type Paint, type TerminalStyle } from './terminal-style.ts';
import { fitParts, fitWidth } from './terminal-text.ts';
import { wrapText } from './wrap-text.ts';

const BAR_CELLS = 28;
const INDENT = ' '.repeat(11);

/**
 * Creates a display for a terminal. It draws two lines with the progress and the rates. If the run waits,
 * further lines show the reason and the end of the wait.
 */
export function createTtyPrinter(
  screen: Screen,
  style: TerminalStyle,
  columns: () => number,
): ProgressPrinter {
  const paint = createPaint(style);
  return {
    everyMs: 125,
    show(figures) {
      // Leaves the last column empty: some terminals start a new line when a character is written there.
      screen.draw(liveLines(figures, { style, paint, width: columns() - 1 }));
    },
    finish() {
      screen.draw([]);
    },
  };
}

interface DisplayOptions {
  readonly style: TerminalStyle;
  readonly paint: Paint;
  readonly width: number;
}

/**
 * Returns the lines to draw. Cuts them to the width before it adds colours, because the codes for colours
 * have no width.
 */
export function liveLines(figures: ProgressFigures, look: DisplayOptions): string[] {
  const separator = look.style.unicode ? ' · ' : ', ';
  const room = Math.max(0, look.width - INDENT.length);
  const details = `${INDENT}${fitParts(formatDetails(figures), separator, room)}`;
  return [
    firstLine(figures, look),
    look.paint('dim', fitWidth(details, look.width)),
    ...waitLines(figures, look.width).map((line) => look.paint('yellow', line)),
  ];
}

/**
 * Returns the lines about waits. Wraps long text instead of cutting it, because the end time of the wait
 * comes last.
 */
function waitLines({ state }: ProgressFigures, width: number): string[] {
  const words = formatWaits(state);
  if (words === null) return [];
  const lines = wrapText(`${INDENT}${words}`, width).split('\n');
  return lines.map((line) => fitWidth(line, width));
}

function firstLine(figures: ProgressFigures, look: DisplayOptions): string {
  const phase = fitWidth(figures.state.phase.padEnd(INDENT.length), look.width);
  if (figures.total === null)
    return `${look.paint('bold', phase)}${fitParts(listingParts(figures), ', ', Math.max(0, look.width - INDENT.length))}`;
  const bar = barCells(figures.settled / Math.max(1, figures.total), look.style);
  const words = `  ${formatCount(figures.settled)} / ${formatCount(figures.total)}  ${formatPercent(figures.settled, figures.total)}  ${formatEta(figures)}`;
  const room = look.width - INDENT.length - BAR_CELLS;
  if (room < words.length) return fitWidth(`${phase.trimEnd()}${words}`, look.width);
  return `${look.paint('bold', phase)}${look.paint('cyan', bar.full)}${look.paint('dim', bar.empty)}${words}`;
}

function barCells(part: number, style: TerminalStyle): { full: string; empty: string } {
  const cells = Math.min(BAR_CELLS, Math.floor(part * BAR_CELLS));
  const [full, empty] = style.unicode ? ['█', '░'] : ['#', '.'];
  return { full: full.repeat(cells), empty: empty.repeat(BAR_CELLS - cells) };
}
