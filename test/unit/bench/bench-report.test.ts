// Tests test/bench/bench-report.ts, test/bench/svg-plots.ts and test/support/median.ts.
import { expect, test } from 'vitest';
import {
  BenchReport,
  type BenchResults,
  comparisonLines,
  type Figure,
  missedLines,
} from '../../bench/bench-report.ts';
import { drawPlots } from '../../bench/svg-plots.ts';
import { median } from '../../support/median.ts';

function results(figures: readonly Figure[], rest: Partial<BenchResults> = {}): BenchResults {
  return {
    date: '2026-11-29',
    machine: '2 × Example CPU',
    sizes: { rounds: 5 },
    figures,
    series: [],
    ...rest,
  };
}

test('the median is the middle number, and the lower one of two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 2])).toBe(2);
  expect(() => median([])).toThrow('There is no number');
});

test('a figure that misses its goal is listed with the goal', () => {
  const report = new BenchReport(() => {});
  const goal = { atMost: 1.3 };

  expect(report.add({ name: 'slow', unit: '×', value: 1.31, goal })).toBe(false);
  expect(report.add({ name: 'quick', unit: '×', value: 1.3, goal })).toBe(true);
  expect(report.add({ name: 'low', unit: '%', value: 40, goal: { atLeast: 93 } })).toBe(false);
  expect(report.add({ name: 'without a goal', unit: 's', value: 1e9 })).toBe(true);

  expect(missedLines(report.figures)).toEqual([
    'MISSED: slow: 1.31 ×, goal at most 1.30 ×',
    'MISSED: low: 40 %, goal at least 93 %',
  ]);
});

test('a comparison shows both values of each figure and the change in percent', () => {
  const earlier = results(
    [
      { name: 'cpu', unit: 'µs', value: 80 },
      { name: 'gone', unit: '', value: 2 },
      { name: 'twice', unit: '', value: 0 },
    ],
    { date: '2026-11-01' },
  );
  const now = results([
    { name: 'cpu', unit: 'µs', value: 60 },
    { name: 'twice', unit: '', value: 1 },
    { name: 'new', unit: 's', value: 0.5 },
  ]);

  expect(comparisonLines(now, earlier)).toEqual([
    '| figure | 2026-11-01 | 2026-11-29 | change |',
    '|---|---|---|---|',
    '| cpu | 80 µs | 60 µs | -25.0 % |',
    '| twice | 0 | 1 | was 0 |',
    '| new | – | 0.500 s | – |',
    '| gone | 2 | – | – |',
  ]);
});

test('a comparison of different sizes says that they differ', () => {
  const [warning] = comparisonLines(results([]), results([], { sizes: { rounds: 1 } }));

  expect(warning).toBe('The sizes differ: {"rounds":1} before, {"rounds":5} now.');
});

test('the bars of the CPU plot are as long as their figures, and a mark shows the goal', () => {
  const bar = (program: string, value: number): Figure => {
    return { name: `cpu: batch store, ${program}: times the floor`, unit: '×', value };
  };
  const figures = [bar('floor', 1), { ...bar('ucbulk', 4), goal: { atMost: 2 } }];
  const [plot] = drawPlots(results(figures));
  const widths = [...plot!.svg.matchAll(/<rect x="\d+" y="\d+" width="([\d.]+)"/g)];
  const marks = [...plot!.svg.matchAll(/<line x1="([\d.]+)"/g)];

  expect(plot!.file).toBe('cpu.svg');
  expect(widths.map(([, width]) => Number(width))).toEqual([110, 440]);
  expect(marks.map(([, x]) => Number(x))).toEqual([440]);
});

test('the plot of requests has a step for each second of the run', () => {
  const series = {
    name: '50/s, then 20/s',
    accepted: [50, 20],
    refused: [0, 5],
    limit: [50, 20],
  };
  const [, plot] = drawPlots(results([], { series: [series] }));
  const lines = [...plot!.svg.matchAll(/points="([^"]*)"/g)].map(([, points]) => points);

  expect(plot!.file).toBe('requests-50-s-then-20-s.svg');
  expect(lines[0]).toBe('60,68 400,68 400,188 740,188');
  expect(lines[1]).toBe(lines[0]);
  expect(lines[2]).toBe('60,268 400,268 400,248 740,248');
});
