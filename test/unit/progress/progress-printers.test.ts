import { expect, test } from 'vitest';
import { stateCounts } from '../../../src/core/state-counts.ts';
import { progressLine } from '../../../src/progress/line-printer.ts';
import type { ProgressFigures } from '../../../src/progress/progress-figures.ts';
import { NO_PROGRESS } from '../../../src/progress/progress-state.ts';
import { createPaint } from '../../../src/progress/terminal-style.ts';
import { liveLines } from '../../../src/progress/tty-printer.ts';

const style = { live: true, color: false, unicode: false };
const look = (width: number) => ({ style, paint: createPaint(style), width });

const working: ProgressFigures = {
  state: {
    ...NO_PROGRESS,
    phase: 'working',
    walkFinished: true,
    counts: stateCounts({ done: 4290, failed: 10, 'in-doubt': 2, pending: 2710 }),
  },
  settled: 4300,
  total: 7012,
  itemsPerSecond: 210.4,
  requestsPerSecond: 2.34,
  etaMs: 12_880,
  throttledShare: 0.043,
};

const listing: ProgressFigures = {
  ...working,
  state: { ...NO_PROGRESS, phase: 'listing', pages: 4, listed: 4000, selected: 2801 },
  settled: 0,
  total: null,
  itemsPerSecond: null,
  etaMs: null,
};

test('the line without a terminal says all of it', () => {
  expect(progressLine(working)).toBe(
    'working: 4,300 / 7,012 (61%), ETA 13s, 210 items/s, 2.3 requests/s, 4% throttled, 10 failed, 2 in doubt',
  );
});

test('while listing there is no percentage and no guess at the end', () => {
  expect(progressLine(listing)).toBe(
    'listing: 4,000 listed, 2,801 selected, 4 pages, 2.3 requests/s, 4% throttled, 0 failed, 0 in doubt',
  );
  expect(liveLines(listing, look(79))[0]).toBe('listing    4,000 listed, 2,801 selected, 4 pages');
});

test('the live lines show how far and how fast', () => {
  expect(liveLines(working, look(100))).toEqual([
    'working    #################...........  4,300 / 7,012  61%  ETA 13s',
    '           210 items/s, 2.3 requests/s, 4% throttled, 10 failed, 2 in doubt',
  ]);
});

test('a run that only waits for lost answers says so, and until when', () => {
  const until = new Date(2026, 10, 22, 14, 3, 20).getTime();
  const waiting = { ...working, state: { ...working.state, wait: { until, lostAnswers: 3 } } };
  const words = 'waiting until 14:03:20 to look up 3 lost answers';
  expect(progressLine(waiting)).toMatch(new RegExp(`, 2 in doubt, ${words}$`));
  expect(liveLines(waiting, look(79))[2]).toBe(`           ${words}`);
  expect(liveLines(waiting, look(20))[2]).toHaveLength(20);
});

test.each([200, 79, 60, 40, 20, 5, 0])('no live line is wider than %d columns', (width) => {
  for (const line of [...liveLines(working, look(width)), ...liveLines(listing, look(width))]) {
    expect(line.length).toBeLessThanOrEqual(Math.max(width, 0));
  }
});

test('100% means all', () => {
  const almost = { ...working, settled: 9999, total: 10_000 };
  expect(progressLine(almost)).toContain('(99%)');
  expect(progressLine({ ...almost, settled: 10_000 })).toContain('(100%)');
});
