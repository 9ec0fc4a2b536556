import { expect, test } from 'vitest';
import { stateCounts } from '../../../src/core/state-counts.ts';
import type { Wait } from '../../../src/core/wait.ts';
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
    'working: 4,300 / 7,012 (61%), ETA 13s, 10 failed, 2 in doubt, 210 items/s, 2.3 requests/s, 4% throttled',
  );
});

test('while listing there is no percentage and no guess at the end', () => {
  expect(progressLine(listing)).toBe(
    'listing: 4,000 listed, 2,801 selected, 4 pages, ETA after listing, 0 failed, 0 in doubt, 2.3 requests/s, 4% throttled',
  );
  expect(liveLines(listing, look(79))[0]).toBe(
    'listing    4,000 listed, 2,801 selected, 4 pages, ETA after listing',
  );
});

test('the live lines show how far and how fast', () => {
  expect(liveLines(working, look(100))).toEqual([
    'working    #################...........  4,300 / 7,012  61%  ETA 13s',
    '           10 failed, 2 in doubt, 210 items/s, 2.3 requests/s, 4% throttled',
  ]);
});

test('a run that lists and works at once shows its done items', () => {
  const both = { ...listing, state: { ...listing.state, counts: stateCounts({ done: 1200 }) } };
  expect(liveLines(both, look(79))[0]).toBe(
    'listing    4,000 listed, 2,801 selected, 1,200 done, 4 pages, ETA after listing',
  );
  expect(progressLine(both)).toContain('2,801 selected, 1,200 done, 4 pages');
});

test('narrow terminals show every number, on more lines', () => {
  expect(liveLines(working, look(49))).toEqual([
    'working    #####....  4,300 / 7,012  61%  ETA 13s',
    '           10 failed, 2 in doubt, 210 items/s',
    '           2.3 requests/s, 4% throttled',
  ]);
  expect(liveLines(listing, look(49)).slice(0, 2)).toEqual([
    'listing    4,000 listed, 2,801 selected, 4 pages',
    '           ETA after listing',
  ]);
  expect(liveLines(working, look(30))).toEqual([
    '10 failed, 2 in doubt',
    '4,300 / 7,012, 61%, ETA 13s',
    '210 items/s, 2.3 requests/s',
    '4% throttled',
  ]);
});

test('with 10 columns the failures come first, and no word is broken', () => {
  expect(liveLines(waiting(wait), look(9))).toEqual([
    '10 failed',
    '2 in',
    'doubt',
    '4,300 /',
    '7,012',
    '61%',
    'ETA 13s',
    'paused by',
  ]);
});

const wait: Wait = {
  kind: 'throttled',
  reason: 'paused by the service (429, Retry-After 86400 s, capped at 15m)',
  since: new Date(2026, 10, 22, 13, 48, 20).getTime(),
  until: new Date(2026, 10, 22, 14, 3, 20).getTime(),
};

function waiting(...waits: Wait[]): ProgressFigures {
  const byId = new Map(waits.map((one, id) => [String(id), one]));
  return { ...working, state: { ...working.state, waits: byId } };
}

test('a wait is shown with its reason and its end, on narrow terminals too', () => {
  const words = `${wait.reason} until 14:03:20`;
  expect(progressLine(waiting(wait))).toContain(`, 4% throttled, ${words}`);
  expect(liveLines(waiting(wait), look(100)).slice(2)).toEqual([`           ${words}`]);
  expect(liveLines(waiting(wait), look(79)).slice(2)).toEqual([
    '           paused by the service (429, Retry-After 86400 s, capped at 15m)',
    '           until 14:03:20',
  ]);
  expect(liveLines(waiting(wait), look(49)).slice(3)).toEqual([
    '           paused by the service (429,',
    '           Retry-After 86400 s, capped at 15m)',
    '           until 14:03:20',
  ]);
});

test('of several waits the one that ends last is shown, and the others are counted', () => {
  const lock: Wait = { kind: 'lock', reason: 'waiting for run r1', since: 0, until: null };
  const retry: Wait = { ...wait, kind: 'retry', until: wait.until! - 1000 };
  expect(progressLine(waiting(retry, wait))).toContain('until 14:03:20 (and 1 other wait)');
  expect(progressLine(waiting(retry, lock, wait))).toContain(
    'throttled, waiting for run r1 (and 2 other waits)',
  );
});

test.each([200, 79, 60, 40, 20, 5, 0])('no live line is wider than %d columns', (width) => {
  for (const line of [working, listing, waiting(wait)].flatMap((shown) =>
    liveLines(shown, look(width)),
  )) {
    expect(line.length).toBeLessThanOrEqual(width);
  }
});

test('100% means all', () => {
  const almost = { ...working, settled: 9999, total: 10_000 };
  expect(progressLine(almost)).toContain('(99%)');
  expect(progressLine({ ...almost, settled: 10_000 })).toContain('(100%)');
});
