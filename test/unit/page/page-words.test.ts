import { expect, test } from 'vitest';
import { formatBytes, formatRate, formatShare } from '../../../src/page/format.ts';
import { marksCsv, parseMarks, toggleMark } from '../../../src/page/marks.ts';
import { originalPicture, scaledPicture } from '../../../src/page/picture-url.ts';
import { parseRoute, runLink } from '../../../src/page/route.ts';
import { visiblePieces, visibleText } from '../../../src/page/visible-text.ts';
import { runNotices, runPhase } from '../../../src/page/words.ts';
import { interruptedRun } from '../../support/run-status.ts';

test('formatShare: only a complete share is 100 %, and only an empty one is 0 %', () => {
  expect(formatShare(0, 0)).toBe('0 %');
  expect(formatShare(0, 5)).toBe('0 %');
  expect(formatShare(1, 1_000_000)).toBe('< 0.1 %');
  expect(formatShare(999_999, 1_000_000)).toBe('99.9 %');
  expect(formatShare(1, 4)).toBe('25 %');
  expect(formatShare(7, 7)).toBe('100 %');
});

test('formatRate and formatBytes: short numbers with their units', () => {
  expect([0, 0.04, 4.25, 9.99, 1234].map(formatRate)).toEqual(['0', '0', '4.3', '10', '1,234']);
  expect([12, 4200, 5_000_000, 123_000_000].map(formatBytes)).toEqual([
    '12 B',
    '4.2 KB',
    '5.0 MB',
    '123 MB',
  ]);
});

test('routes: a link of a run leads back to the same view and filters', () => {
  const query = {
    state: 'failed',
    step: 'a&b',
    reason: 'http_400',
    key: 'https://x.y/?a=1#b',
  } as const;
  expect(parseRoute(runLink('r1', 'items', { ...query, after: null }))).toEqual({
    view: 'items',
    run: 'r1',
    query,
  });
  expect(parseRoute(runLink('r1', 'gallery', { after: '7' }))).toEqual({
    view: 'gallery',
    run: 'r1',
    after: '7',
  });
  expect(parseRoute(runLink('r1'))).toEqual({ view: 'run', run: 'r1' });
  for (const hash of ['', '#/', '#/run/', '#/nothing/here']) {
    expect(parseRoute(hash)).toEqual({ view: 'runs' });
  }
  expect(parseRoute('#/run/%E0%A4%A')).toEqual({ view: 'run', run: '%E0%A4%A' });
});

test('visible text: characters that mislead a person become escapes, all others stay', () => {
  expect(visibleText('a\nb\tc')).toBe('a\\nb\\tc');
  expect(visibleText('invoice\u202Efdp.exe')).toBe('invoice\\u202efdp.exe');
  expect(visibleText('half \uD800.png')).toBe('half \\ud800.png');
  expect(visibleText('\u001B[31m')).toBe('\\u001b[31m');
  expect(visibleText('שלום \u{1F600} </script>')).toBe('שלום \u{1F600} </script>');
  expect(visiblePieces('a\u200Bb')).toEqual([
    { text: 'a', isEscape: false },
    { text: '\\u200b', isEscape: true },
    { text: 'b', isEscape: false },
  ]);
  expect(visiblePieces('')).toEqual([]);
});

test('marks: a second press removes a mark; the list is a CSV that no spreadsheet runs', () => {
  const mark = { key: 'k1', name: '=1+1', picture: null };
  const both = toggleMark(toggleMark([], mark), { ...mark, key: 'k2' });
  expect(both.map(({ key }) => key)).toEqual(['k1', 'k2']);
  expect(toggleMark(both, mark).map(({ key }) => key)).toEqual(['k2']);
  expect(marksCsv([mark])).toBe('"item","name","picture"\r\n"k1","\'=1+1",""\r\n');
  expect(parseMarks(JSON.stringify(both))).toEqual(both);
  for (const text of [null, '', '{', '{}', '[1,null,{"name":"x"}]']) {
    expect(parseMarks(text)).toEqual([]);
  }
});

test('pictures: scaled to two pixels for each of the page, and the whole one for a link', () => {
  const url = 'https://ucarecdn.com/u1/-/preview/640x640/';
  expect(scaledPicture(url, 64)).toBe('https://ucarecdn.com/u1/-/preview/128x128/');
  expect(originalPicture(url)).toBe('https://ucarecdn.com/u1/');
});

test('a run that was killed is not called interrupted, and its notice has the command that helps', () => {
  const killed = interruptedRun({ running: 3, pending: 4 }, { endedAt: null });
  expect(runPhase(killed)).toEqual({ word: 'killed', kind: 'bad' });
  expect(runNotices(killed)).toMatchObject([{ kind: 'bad', command: 'ucbulk resume r1' }]);
  expect(runNotices(killed)[0]?.text).toContain('3 items in progress');
  expect(runPhase(interruptedRun({ pending: 4 }))).toEqual({ word: 'interrupted', kind: 'wait' });
});

test('no command is shown if a resume would send nothing', () => {
  const [notice] = runNotices(interruptedRun({ done: 4, 'in-doubt': 1 }));
  expect(notice?.text).toContain('Only items in doubt are left');
  expect(notice?.command).toBeUndefined();
  expect(runNotices(interruptedRun({ done: 4 }, { state: 'finished' }))).toEqual([]);
});

test('the phase of a run that works, is paused, waits, failed in part, or was aborted', () => {
  const phase = (changes: Parameters<typeof interruptedRun>[1], failed = 0) =>
    runPhase(interruptedRun({ done: 1, failed }, changes)).word;
  expect(phase({ state: 'active', isRunning: true, endedAt: null })).toBe('working');
  const control = {
    state: 'paused',
    rate: null,
    concurrency: null,
    askedAt: 1,
    revision: 1,
    applied: 1,
    appliedAt: 1,
    maxRate: null,
    maxConcurrency: null,
  } as const;
  expect(phase({ state: 'active', isRunning: true, control })).toBe('paused');
  expect(phase({ isWaiting: true })).toBe('waiting');
  expect(phase({ state: 'finished' })).toBe('finished');
  expect(phase({ state: 'finished' }, 2)).toBe('finished, with failures');
  expect(phase({ state: 'aborted' })).toBe('aborted');
  expect(phase({ state: 'declined' })).toBe('declined');
});

test('notices: the end of a wait, a limit that somebody set, a change that is not confirmed', () => {
  const control = {
    state: null,
    rate: 5,
    concurrency: null,
    askedAt: 1,
    revision: 2,
    applied: 2,
    appliedAt: 1,
    maxRate: 5,
    maxConcurrency: null,
  } as const;
  const working = { state: 'active', isRunning: true, endedAt: null } as const;
  const waits = [
    { kind: 'throttled', reason: 'paused by the service', since: 1, until: 9 },
  ] as const;
  const notices = runNotices(interruptedRun({ pending: 1 }, { ...working, control, waits }));
  expect(notices).toEqual([
    { kind: 'info', text: 'Somebody limited this run to 5 requests a second.' },
    { kind: 'wait', text: 'Paused by the service', until: 9 },
  ]);
  const asked = { ...control, applied: 1 };
  expect(runNotices(interruptedRun({}, { ...working, control: asked }))[0]?.text).toContain(
    'not confirmed',
  );
});
