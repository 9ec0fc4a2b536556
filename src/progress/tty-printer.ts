import { formatCount } from '../core/counted.ts';
import { displayWidth, fitWidth } from './display-width.ts';
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
import { wrapText } from './wrap-text.ts';

const MAX_BAR_CELLS = 28;
/** The bar is left out if there is room for fewer cells. */
const MIN_BAR_CELLS = 8;
const INDENT = ' '.repeat(11);
/** In a narrower terminal, lines are not indented. */
const MIN_INDENTED_WIDTH = 40;
/** A narrow terminal is often low too. If the live lines did not fit on it, it would keep old copies of them. */
const MAX_NARROW_LINES = 8;

/**
 * Creates a display for a terminal. It draws the progress and the rates. If the run waits, further lines show the reason
 * and the end of the wait.
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

/** Returns the lines to draw. Text that does not fit into a line continues on the next one, so no number is missing. */
export function liveLines(figures: ProgressFigures, look: DisplayOptions): string[] {
  return look.width < MIN_INDENTED_WIDTH ? narrowLines(figures, look) : wideLines(figures, look);
}

function wideLines(figures: ProgressFigures, look: DisplayOptions): string[] {
  const separator = look.style.unicode ? ' · ' : ', ';
  const room = look.width - INDENT.length;
  const waits = formatWaits(figures.state);
  return [
    ...firstLines(figures, look),
    ...flowParts(formatDetails(figures), separator, room).map((line) =>
      look.paint('dim', `${INDENT}${line}`),
    ),
    ...(waits === null ? [] : wrapped(waits, room)).map((line) =>
      look.paint('yellow', `${INDENT}${line}`),
    ),
  ];
}

function firstLines(figures: ProgressFigures, look: DisplayOptions): string[] {
  const room = look.width - INDENT.length;
  const phase = look.paint('bold', figures.state.phase.padEnd(INDENT.length));
  const { settled, total } = figures;
  if (total === null) {
    return flowParts(listingParts(figures), ', ', room).map(
      (line, index) => `${index === 0 ? phase : INDENT}${line}`,
    );
  }
  const words = `${formatCount(settled)} / ${formatCount(total)}  ${formatPercent(settled, total)}  ${formatEta(figures)}`;
  const cells = Math.min(MAX_BAR_CELLS, room - displayWidth(words) - 2);
  if (cells < MIN_BAR_CELLS) {
    return wrapped(words, room).map((line, index) => `${index === 0 ? phase : INDENT}${line}`);
  }
  const { full, empty } = barCells(settled / Math.max(1, total), cells, look.style);
  return [`${phase}${look.paint('cyan', full)}${look.paint('dim', empty)}  ${words}`];
}

/** Returns the lines for a terminal that is too narrow for indented lines: failures first, then how far the run is. */
function narrowLines(figures: ProgressFigures, { paint, width }: DisplayOptions): string[] {
  const { settled, total, state } = figures;
  const [failed = '', inDoubt = '', ...rates] = formatDetails(figures);
  const progress =
    total === null
      ? listingParts(figures)
      : [
          `${formatCount(settled)} / ${formatCount(total)}`,
          formatPercent(settled, total),
          formatEta(figures),
        ];
  const waits = formatWaits(state);
  const lines = [
    ...flowParts([failed, inDoubt, ...progress], ', ', width),
    ...(waits === null ? [] : wrapped(waits, width)).map((line) => paint('yellow', line)),
    ...flowParts(rates, ', ', width).map((line) => paint('dim', line)),
  ];
  return lines.slice(0, MAX_NARROW_LINES);
}

/** Writes as many parts into each line as fit. Breaks a part between words only if it does not fit into a line. */
function flowParts(parts: readonly string[], separator: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line}${separator}${part}`;
    if (line !== '' && displayWidth(longer) > width) {
      lines.push(line);
      line = part;
    } else {
      line = longer;
    }
  }
  return [...lines, line].flatMap((one) => wrapped(one, width));
}

/** Wraps text between words. Only a word that is wider than the terminal is cut. */
function wrapped(text: string, width: number): string[] {
  return wrapText(text, width)
    .split('\n')
    .map((line) => fitWidth(line, width));
}

function barCells(part: number, count: number, style: TerminalStyle): BarCells {
  const cells = Math.min(count, Math.floor(part * count));
  const [full, empty] = style.unicode ? ['█', '░'] : ['#', '.'];
  return { full: full.repeat(cells), empty: empty.repeat(count - cells) };
}

interface BarCells {
  readonly full: string;
  readonly empty: string;
}
