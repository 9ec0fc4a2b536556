import { expect, test } from 'vitest';
import { parseByteSize } from '../../../src/core/byte-size.ts';
import { formatDuration, parseDuration } from '../../../src/core/duration.ts';
import { ClassifiedError, canceled, toFailure } from '../../../src/core/failure.ts';
import { isFileUuid, parseFileUuid } from '../../../src/core/file-uuid.ts';
import { ITEM_STATES, isFinal } from '../../../src/core/item-state.ts';
import { parseRunId } from '../../../src/core/run.ts';
import { settledCount, stateCounts } from '../../../src/core/state-counts.ts';

test.each([
  ['24h', 86_400_000],
  ['7d10h', 640_800_000],
  ['90s', 90_000],
  ['500ms', 500],
  ['1.5m', 90_000],
  ['2w', 1_209_600_000],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '24', 'h', '24 h', '1h x', '-1h', '1h-', '1y', '1H'])(
  '"%s" is no duration',
  (text) => {
    expect(() => parseDuration(text)).toThrow('Expected a duration');
  },
);

test.each([
  [850, '850ms'],
  [42_000, '42s'],
  [200_000, '3m 20s'],
  [7_500_000, '2h 5m'],
  [3_600_000, '1h'],
  [356_400_000, '4d 3h'],
  [59_999, '1m'],
])('%i ms are read as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  ['10MiB', 10_485_760],
  ['4 GB', 4e9],
  ['1500', 1500],
  ['1.5kB', 1500],
])('%s is %i bytes', (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes);
});

test.each(['', 'MB', '10mb', '-1', '1e9', '1 000'])('"%s" is no size', (text) => {
  expect(() => parseByteSize(text)).toThrow('Expected a size');
});

test('a UUID is taken in either case and kept in lower case', () => {
  const uuid = '740E1B8C-1ad8-4324-b7ec-000000000001';
  expect(isFileUuid(uuid)).toBe(true);
  expect(parseFileUuid(` ${uuid} `)).toBe(uuid.toLowerCase());
  expect(() => parseFileUuid('cat.jpg')).toThrow('Not a file UUID: `cat.jpg`');
  expect(isFileUuid(`${uuid}~2`)).toBe(false);
});

test.each(['../x', 'A', '', 'a/b', '-a', 'a'.repeat(65)])('"%s" is no run id', (text) => {
  expect(() => parseRunId(text)).toThrow('Not a run id');
});

test('what nobody classified is a bug that may have had an effect, and keeps its cause', () => {
  const cause = new TypeError('x is not a function');
  expect(toFailure(cause)).toMatchObject({
    kind: 'fatal',
    effect: 'unknown',
    fatalCause: 'bug',
    cause,
    message: expect.stringContaining('x is not a function'),
  });
  expect(toFailure('text').message).toContain('text');
  const classified = canceled();
  expect(toFailure(classified)).toBe(classified);
  expect(classified).toBeInstanceOf(ClassifiedError);
});

test('counts have every state, and their sum', () => {
  const counts = stateCounts({ done: 2, failed: 1, pending: 4 });
  expect(Object.keys(counts).sort()).toEqual([...ITEM_STATES, 'total'].sort());
  expect(counts).toMatchObject({ running: 0, total: 7 });
  expect(settledCount(counts)).toBe(3);
});

test('only done, skipped and failed are outcomes', () => {
  expect(ITEM_STATES.filter(isFinal)).toEqual(['done', 'skipped', 'failed']);
});
