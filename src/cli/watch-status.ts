import { formatCount } from '../core/counted.ts';
import type { RunId } from '../core/run.ts';
import { settledCount } from '../core/state-counts.ts';
import { fitWidth } from '../progress/display-width.ts';
import { formatPercent, formatReason } from '../progress/format-progress.ts';
import { createScreen } from '../progress/screen.ts';
import { readRun } from '../state/read-runs.ts';
import type { RunStatus } from '../state/run-status.ts';
import type { Invocation } from './command.ts';
import type { ExitCode } from './exit-code.ts';
import { formatPace, formatTimeLeft } from './pace-text.ts';
import { statusDocument, statusText } from './status-text.ts';
import { formatInstant } from './text-table.ts';

const LOOK_EVERY_MS = 1000;
/** Without a terminal, a line is printed at least this often, ms. */
const LINE_EVERY_MS = 10_000;
/** A line with the same numbers as the last one is printed only this often, ms. */
const SAME_LINE_EVERY_MS = 60_000;

/**
 * Shows the state of a run until no process works on it or waits for it. On a terminal, draws it again each second. Otherwise,
 * prints a line when the state or a wait changes, and every 10 s. Returns an exit code that shows how the run
 * ended.
 */
export async function watchStatus(
  run: RunId,
  invocation: Invocation,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { surroundings, stateDirectory } = invocation;
  const { world } = surroundings;
  const show = createView(invocation);
  for (;;) {
    const status = await readRun(stateDirectory, run, world);
    show(status);
    if (!hasProcess(status)) return exitCodeForStatus(status);
    await world.clock.sleep(LOOK_EVERY_MS, signal).catch(() => signal.throwIfAborted());
  }
}

/**
 * The exit code for the state of a run that no process works on. The ledger does not record whether a guard, a
 * person or a failure stopped it, so each incomplete run has the code 5.
 */
export function exitCodeForStatus({ state, counts }: RunStatus): ExitCode {
  if (state === 'declined' || state === 'abandoned') return 7;
  if (state === 'finished') return counts.failed > 0 ? 1 : 0;
  const open = counts.total - settledCount(counts) - counts['in-doubt'];
  return open === 0 && counts['in-doubt'] > 0 ? 11 : 5;
}

function hasProcess({ isRunning, isWaiting }: RunStatus): boolean {
  return isRunning || isWaiting;
}

function createView(invocation: Invocation): (status: RunStatus) => void {
  const { surroundings, output } = invocation;
  const { stdout } = surroundings;
  if (stdout.isTerminal && !output.json) {
    const screen = createScreen(stdout);
    return (status) => {
      // The last column stays empty: some terminals start a new line after it.
      const width = Math.max(1, (stdout.columns ?? 80) - 1);
      const text = output.fit(statusText(status, invocation));
      // The last text stays, so it must be complete: a line can contain a command that the user copies.
      screen.draw(hasProcess(status) ? text.split('\n').map((line) => fitWidth(line, width)) : []);
      if (!hasProcess(status)) output.result(statusDocument(status), () => text);
    };
  }
  const isNew = createLineFilter();
  return (status) => {
    if (!isNew(status, surroundings.world.clock.monotonic())) return;
    const at = formatInstant(surroundings.world.clock.now());
    output.result(statusDocument(status), () => `${at} ${watchLine(status)}`);
  };
}

/**
 * Creates a function that decides whether a status is worth a line: its state or the reason of a wait has changed,
 * its numbers have changed in the last 10 s, or a minute has passed. The end of a wait may move each second.
 */
export function createLineFilter(): (status: RunStatus, at: number) => boolean {
  let shown = { key: '', line: '', at: Number.NEGATIVE_INFINITY };
  return (status, at) => {
    const waits = status.waits.map(({ kind, since }) => [kind, since]);
    const key = JSON.stringify([status.state, status.walkFinished, waits]);
    const line = watchLine(status);
    const everyMs = line === shown.line ? SAME_LINE_EVERY_MS : LINE_EVERY_MS;
    if (key === shown.key && at - shown.at < everyMs) return false;
    shown = { key, line, at };
    return true;
  };
}

/** Formats the state of a run as one line: `active: 1,200 of 5,000 items (24%), 3 failed, …`. */
function watchLine(status: RunStatus): string {
  const { counts, state, waits } = status;
  const settled = settledCount(counts);
  const parts = [
    `${formatCount(settled)} of ${formatCount(counts.total)} items (${formatPercent(settled, counts.total)})`,
    ...(counts.failed > 0 ? [`${formatCount(counts.failed)} failed`] : []),
    ...(counts['in-doubt'] > 0 ? [`${formatCount(counts['in-doubt'])} in doubt`] : []),
    formatPace(status),
    ...(status.timeLeft === null ? [] : [`work left: ${formatTimeLeft(status)}`]),
    ...waits.map((wait) => formatReason(wait, formatInstant)),
  ];
  return `${state}: ${parts.filter((part) => part !== '').join(', ')}`;
}
