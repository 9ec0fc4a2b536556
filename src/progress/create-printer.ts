import { createLinePrinter } from './line-printer.ts';
import type { ProgressPrinter } from './printer.ts';
import type { Screen } from './screen.ts';
import type { TerminalStyle } from './terminal-style.ts';
import { createTtyPrinter } from './tty-printer.ts';

const SILENT: ProgressPrinter = {
  everyMs: 60_000,
  show: () => undefined,
  finish: () => undefined,
};

// The width in columns for a terminal that does not report its width, or reports 0.
const DEFAULT_COLUMNS = 80;

/**
 * Creates the display of a run's progress. On a terminal, it redraws the same lines. Otherwise it prints one
 * line every `lineEveryMs`. If `quiet` is true, it shows nothing.
 */
export function createPrinter(facts: {
  readonly screen: Screen;
  readonly style: TerminalStyle;
  readonly columns: () => number | undefined;
  readonly quiet: boolean;
  readonly lineEveryMs: number;
}): ProgressPrinter {
  if (facts.quiet) return SILENT;
  const { screen, style } = facts;
  if (style.live) return createTtyPrinter(screen, style, () => facts.columns() || DEFAULT_COLUMNS);
  return createLinePrinter((line) => screen.print(line), facts.lineEveryMs);
}
