import { expect, test } from 'vitest';
import { deadlineAfter, parseDeadline } from '../../../src/core/deadline.ts';
import { expectedEnd } from '../../../src/core/expected-end.ts';
import { maxRateAt, nextRateChange, parseTimetable } from '../../../src/core/rate-timetable.ts';

const at = (text: string) => Date.parse(text);
const NOON = at('2026-11-29T12:00:00Z');

test.each([
  ['2026-12-01T06:00:00Z', '2026-12-01T06:00:00.000Z'],
  ['2026-12-01T06:00+02:00', '2026-12-01T04:00:00.000Z'],
  ['2026-12-01 06:00 Europe/Berlin', '2026-12-01T05:00:00.000Z'],
  ['2026-12-01T06:00', '2026-12-01T06:00:00.000Z'],
  ['06:00 Europe/Berlin', '2026-11-30T05:00:00.000Z'],
  ['13:30 Europe/Berlin', '2026-11-29T12:30:00.000Z'],
  // The clocks skip this time; and this time occurs twice.
  ['2026-03-29 02:30 Europe/Berlin', '2026-03-29T01:00:00.000Z'],
  ['2026-10-25 02:30 Europe/Berlin', '2026-10-25T00:30:00.000Z'],
])('the deadline %s is at %s', (text, instant) => {
  expect(new Date(deadlineAfter(text, NOON).at).toISOString()).toBe(instant);
});

test.each([
  ['tomorrow', expect.stringContaining('is not a time such as')],
  ['2026-02-30 06:00', expect.stringContaining('is not a time such as')],
  ['2026-02-30T00:00:00Z', expect.stringContaining('is not a time such as')],
  ['2026-11-31T10:00:00+02:00', expect.stringContaining('is not a time such as')],
  ['06:00 Mars/Base', expect.stringContaining('has the time zone Mars/Base, which does not exist')],
])('the deadline %j is refused', (text, message) => {
  expect(parseDeadline(text)).toEqual(message);
});

const TABLE = '08:00,5 20:00,off Europe/Berlin';

test.each([
  ['2026-11-29T06:59:00Z', Number.POSITIVE_INFINITY],
  ['2026-11-29T07:00:00Z', 5],
  ['2026-11-29T18:59:59Z', 5],
  ['2026-11-29T19:00:00Z', Number.POSITIVE_INFINITY],
])('at %s, the timetable allows %s', (time, rate) => {
  expect(maxRateAt(TABLE, at(time))).toBe(rate);
  expect(maxRateAt(7, at(time))).toBe(7);
  expect(maxRateAt(undefined, at(time))).toBe(Number.POSITIVE_INFINITY);
});

test('the next change of a timetable follows the clocks of its zone', () => {
  expect(nextRateChange(TABLE, at('2026-03-28T20:00:00Z'))).toBe(at('2026-03-29T06:00:00Z'));
  expect(nextRateChange(TABLE, at('2026-11-28T20:00:00Z'))).toBe(at('2026-11-29T07:00:00Z'));
});

test.each([
  ['8:00,5', expect.stringContaining('nor a timetable such as')],
  ['08:00,0', expect.stringContaining('nor a timetable such as')],
  ['08:00,5 08:00,off', 'has two rates at 08:00'],
  ['08:00,5 Mars/Base', expect.stringContaining('Mars/Base, which does not exist')],
  ['08:00,fast 25:00,3', expect.stringContaining('has the entry "08:00,fast"')],
  ['08:00 5; 20:00 off', expect.stringContaining('has the entry "08:00"')],
  ['08:00,5 25:00,3', expect.stringContaining('has the entry "25:00,3"')],
  ['', expect.stringContaining('nor a timetable such as')],
  ['UTC', expect.stringContaining('nor a timetable such as')],
  ['Europe/Berlin', expect.stringContaining('nor a timetable such as')],
])('the timetable %j is refused', (text, message) => {
  expect(parseTimetable(text)).toEqual(message);
});

test('work ends later if a window or a timetable holds it up', () => {
  const work = { from: NOON, work: 36_000, perSecond: 10 };
  expect(expectedEnd({}, work)).toBe(at('2026-11-29T13:00:00Z'));
  expect(expectedEnd({ rate: 5 }, work)).toBe(at('2026-11-29T14:00:00Z'));
  expect(expectedEnd({ window: '22:00-06:00 UTC' }, work)).toBe(at('2026-11-29T23:00:00Z'));
  // Half an hour of work today, and the other half tomorrow.
  expect(expectedEnd({ window: '12:00-12:30 UTC' }, work)).toBe(at('2026-11-30T12:30:00Z'));
  expect(expectedEnd({ rate: '12:30,5 20:00,off' }, work)).toBe(at('2026-11-29T13:30:00Z'));
});
