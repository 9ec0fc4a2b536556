import { expect, test } from 'vitest';
import type { RunSample } from '../../../src/core/run-sample.ts';
import { fileSource, matchesQuery } from '../../../src/page/file-source.ts';
import { joinSamples, requestSeries } from '../../../src/page/plot-data.ts';
import type { ItemEntry, ReportData } from '../../../src/page-data/shapes.ts';
import { itemReport } from '../../support/item-report.ts';
import { interruptedRun } from '../../support/run-status.ts';

function sample(seconds: number, requests: number, throttled = 0): RunSample {
  const none = { closedMs: 0, done: 0, skipped: 0, failed: 0, inDoubt: 0, waiting: 0 };
  return { at: 1000 * seconds, rate: 20, requests, throttled, ...none };
}

test('requests a second come from the differences of sums', () => {
  const series = requestSeries([sample(0, 0), sample(5, 50), sample(10, 150, 3)]);
  expect(series).toEqual({
    times: [5, 10],
    requests: [10, 20],
    allowed: [20, 20],
    throttled: [0, 3],
  });
});

test('a long pause between two processes of a run is a gap', () => {
  const { requests, allowed } = requestSeries([
    sample(0, 0),
    sample(5, 50),
    sample(10, 100),
    sample(9000, 110),
  ]);
  expect(requests).toEqual([10, 10, null]);
  expect(allowed).toEqual([20, 20, null]);
});

test('samples of a long run are far apart, and that is no gap', () => {
  const samples = [0, 100, 200, 300, 400].map((seconds) => sample(seconds, 10 * seconds));
  expect(requestSeries(samples).requests).toEqual([10, 10, 10, 10]);
});

test('new samples replace those of the same time or later, and few are kept', () => {
  const old = [sample(0, 0), sample(5, 1), sample(10, 2)];
  expect(joinSamples(old, [sample(10, 3), sample(15, 4)]).map(({ requests }) => requests)).toEqual([
    0, 1, 3, 4,
  ]);
  expect(joinSamples(old, [])).toBe(old);
  const many = Array.from({ length: 2400 }, (_, place) => sample(place, place));
  const thinned = joinSamples([], many);
  expect(thinned.length).toBe(1200);
  expect(thinned.at(-1)).toBe(many.at(-1));
});

function entry(fields: Partial<ItemEntry> & { key: string }): ItemEntry {
  return { ...itemReport(fields), name: null, before: null, after: null, ...fields };
}

const failed = entry({ key: 'f', state: 'failed', step: 'copy', reason: 'http_400' });
const continued = entry({
  key: 'c',
  step: 'mark',
  earlierSteps: { copy: { state: 'failed', reason: 'http_400' } },
});

test('a query finds items by their state, step, reason and key', () => {
  expect(matchesQuery(failed, {})).toBe(true);
  expect(matchesQuery(failed, { state: 'failed', step: 'copy', reason: 'http_400' })).toBe(true);
  expect(matchesQuery(failed, { state: 'done' })).toBe(false);
  expect(matchesQuery(failed, { key: 'F' })).toBe(false);
  expect(matchesQuery(failed, { key: 'f', reason: 'other' })).toBe(false);
});

test('an item that failed and continued is found by its earlier failure', () => {
  const cause = { state: 'failed', step: 'copy', reason: 'http_400' } as const;
  expect(matchesQuery(continued, cause)).toBe(true);
  expect(matchesQuery(continued, { ...cause, reason: 'other' })).toBe(false);
  expect(matchesQuery(continued, { state: 'failed' })).toBe(false);
});

function report(items: readonly ItemEntry[], pictures: ReportData['pictures'] = {}): ReportData {
  const status = interruptedRun({ done: items.length });
  const run = {
    now: 1,
    status,
    samples: [],
    causes: [],
    events: [],
    workers: null,
    hasPictures: true,
  };
  return { run, items, pictures, version: '1.0.0', writtenAt: 1 };
}

test('a report has pages of 100 items, and the pages together have all of them once', async () => {
  const items = Array.from({ length: 250 }, (_, place) => entry({ key: String(place) }));
  const source = fileSource(report(items));
  const keys: string[] = [];
  let after: string | null = '0';
  while (after !== null) {
    const page: Awaited<ReturnType<typeof source.items>> = await source.items('r1', { after });
    keys.push(...page.items.map(({ key }) => key));
    after = page.next;
  }
  expect(keys).toEqual(items.map(({ key }) => key));
});

test('a report shows only embedded pictures, so it never asks the network', async () => {
  const [url, other] = ['https://ucarecdn.com/a/', 'https://ucarecdn.com/b/'];
  const items = [entry({ key: 'a', after: url }), entry({ key: 'b', after: other })];
  const source = fileSource(report(items, { [url]: 'data:image/png;base64,AA==' }));
  expect(source.picture(url, 64)).toBe('data:image/png;base64,AA==');
  expect(source.picture(other, 64)).toBeNull();
  const { pairs } = await source.gallery('r1', null);
  expect(pairs.map(({ key }) => key)).toEqual(['a']);
  await expect(source.send('r1', 'control', { action: 'stop' })).rejects.toThrow('only be read');
});
