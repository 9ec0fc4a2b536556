import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseWindow, toWindow, windowState } from '../../../src/core/daily-window.ts';
import { localTime } from '../../../src/core/time-zone.ts';

const at = (text: string) => Date.parse(text);
const stateAt = (window: string, time: string) => {
  const { isOpen, until } = windowState(toWindow(window), at(time));
  return `${isOpen ? 'open' : 'closed'} until ${until === null ? 'ever' : new Date(until).toISOString()}`;
};

test.each([
  ['22:00-06:00 Europe/Berlin', '2026-11-29T15:00:00Z', 'closed until 2026-11-29T21:00:00.000Z'],
  ['22:00-06:00 Europe/Berlin', '2026-11-29T21:00:00Z', 'open until 2026-11-30T05:00:00.000Z'],
  ['22:00-06:00 Europe/Berlin', '2026-11-30T04:59:59.999Z', 'open until 2026-11-30T05:00:00.000Z'],
  ['22:00-06:00 Europe/Berlin', '2026-11-30T05:00:00Z', 'closed until 2026-11-30T21:00:00.000Z'],
  ['09:00-17:00', '2026-11-29T15:00:00Z', 'open until 2026-11-29T17:00:00.000Z'],
  ['00:00-24:00 UTC', '2026-11-29T15:00:00Z', 'open until ever'],
  // 29 November 2026 is a Sunday.
  ['Mon-Fri 22:00-06:00 UTC', '2026-11-29T15:00:00Z', 'closed until 2026-11-30T22:00:00.000Z'],
  ['Fri 22:00-06:00 UTC', '2026-11-28T05:00:00Z', 'open until 2026-11-28T06:00:00.000Z'],
  ['Sat-Sun 00:00-24:00 UTC', '2026-11-28T05:00:00Z', 'open until 2026-11-30T00:00:00.000Z'],
  [
    'Mon-Fri 20:00-24:00, Tue-Sat 00:00-06:00 UTC',
    '2026-11-30T21:00:00Z',
    'open until 2026-12-01T06:00:00.000Z',
  ],
  // The clocks skip 02:00 to 03:00 on 29 March 2026: the night is an hour shorter.
  ['22:00-06:00 Europe/Berlin', '2026-03-28T21:00:00Z', 'open until 2026-03-29T04:00:00.000Z'],
  ['02:30-06:00 Europe/Berlin', '2026-03-29T00:00:00Z', 'closed until 2026-03-29T01:00:00.000Z'],
  ['22:00-02:30 Europe/Berlin', '2026-03-28T22:00:00Z', 'open until 2026-03-29T01:00:00.000Z'],
  ['02:10-02:50 Europe/Berlin', '2026-03-29T00:00:00Z', 'closed until 2026-03-30T00:10:00.000Z'],
  // 02:00 to 03:00 occurs twice on 25 October 2026: first until 01:00 UTC, and again after it.
  ['02:30-06:00 Europe/Berlin', '2026-10-25T00:00:00Z', 'closed until 2026-10-25T01:30:00.000Z'],
  ['22:00-02:30 Europe/Berlin', '2026-10-24T22:00:00Z', 'open until 2026-10-25T00:30:00.000Z'],
  ['22:00-02:30 Europe/Berlin', '2026-10-25T01:10:00Z', 'closed until 2026-10-25T21:00:00.000Z'],
  ['02:15-02:45 Europe/Berlin', '2026-10-25T00:00:00Z', 'closed until 2026-10-25T01:15:00.000Z'],
  // Lord Howe changes its clocks by half an hour.
  [
    '01:45-05:00 Australia/Lord_Howe',
    '2026-04-04T12:00:00Z',
    'closed until 2026-04-04T15:15:00.000Z',
  ],
  [
    '02:10-05:00 Australia/Lord_Howe',
    '2026-10-03T12:00:00Z',
    'closed until 2026-10-03T15:30:00.000Z',
  ],
])('%s at %s is %s', (window, time, expected) => {
  expect(stateAt(window, time)).toBe(expected);
});

test.each([
  ['22:00-22:00', 'never opens: it begins and ends at 22:00. For the whole day, write 00:00-24:00'],
  [
    '22:00-06:00 Europe/Berlln',
    'has the time zone Europe/Berlln, which does not exist. Write a name such as Europe/Berlin or UTC',
  ],
  ['24:00-06:00', expect.stringContaining('is not a window such as')],
  ['22:00', expect.stringContaining('is not a window such as')],
  ['22:60-23:00', expect.stringContaining('is not a window such as')],
  ['Mo 22:00-23:00', expect.stringContaining('is not a window such as')],
])('%j is refused', (text, message) => {
  expect(parseWindow(text)).toEqual(message);
});

/** Around each change of the clocks in 2026 and 2027. */
const CHANGES: readonly (readonly [zone: string, change: string])[] = [
  ['Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
];
const DAY_MINUTES = 1440;
const MINUTE_MS = 60_000;

/** Looks at a window every 15 minutes of the three days around a change of the clocks. */
function lookAround(hours: string, zone: string, change: number) {
  const window = toWindow(`${hours} ${zone}`);
  return Array.from({ length: 288 }, (_, step) => {
    const now = change + (step - 144) * 15 * MINUTE_MS;
    const { isOpen, until } = windowState(window, now);
    const local = localTime(zone, now);
    return {
      now,
      isOpen,
      until,
      day: Math.floor(local / 86_400_000),
      minute: Math.floor((local % 86_400_000) / MINUTE_MS),
    };
  });
}

const time = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const isBetween = (minute: number, start: number, end: number) =>
  start < end ? minute >= start && minute < end : minute >= start || minute < end;

test('over a change of the clocks, a window opens once a day, and never outside of its local hours', () => {
  const minutes = fc.integer({ min: 0, max: DAY_MINUTES - 1 });
  fc.assert(
    fc.property(fc.constantFrom(...CHANGES), minutes, minutes, ([zone, change], start, end) => {
      fc.pre(start !== end);
      const hours = `${time(start)}-${time(end)}`;
      const looks = lookAround(hours, zone, at(change));
      const inside = looks.filter(({ minute }) => isBetween(minute, start, end));
      expect(inside).toEqual(expect.arrayContaining(looks.filter(({ isOpen }) => isOpen)));
      // Closed inside of its hours only while the clocks repeat an hour, or after a skipped start.
      const isFar = ({ now }: { now: number }) => Math.abs(now - at(change)) > 3_600_000;
      expect(inside.filter((look) => isFar(look) && !look.isOpen)).toEqual([]);
      const openings = looks.filter(
        ({ isOpen }, place) => isOpen && looks[place - 1]?.isOpen === false,
      );
      expect(new Set(openings.map(({ day }) => day)).size).toBe(openings.length);
      for (const { now, isOpen, until } of looks.slice(100, 190)) {
        expect(until).toBeGreaterThan(now);
        expect(windowState(toWindow(`${hours} ${zone}`), until ?? 0).isOpen).toBe(!isOpen);
      }
    }),
    { numRuns: 40 },
  );
});

/** The hours of 2026 between which a zone changes its clocks. */
function changesIn2026(zone: string): number[] {
  const offset = (now: number) => localTime(zone, now) - now;
  const find = (from: number, to: number): number[] => {
    if (offset(from) === offset(to)) return [];
    if (to - from <= 3_600_000) return [to];
    const middle = from + Math.floor((to - from) / 7_200_000) * 3_600_000;
    return [...find(from, middle), ...find(middle, to)];
  };
  const weeks = Array.from({ length: 53 }, (_, week) => at('2026-01-01') + week * 7 * 86_400_000);
  return weeks.flatMap((week) => find(week, week + 7 * 86_400_000));
}

test('a window of the whole day is always open, in every zone and at each change of its clocks', () => {
  const always = [
    '00:00-24:00',
    '00:00-12:00, 12:00-24:00',
    '22:00-02:00, 02:00-22:00',
    '20:00-00:30, 00:15-20:00',
    'Mon-Fri 00:00-24:00, Sat-Sun 00:00-24:00',
  ];
  const zones = Intl.supportedValuesOf('timeZone');
  const changes = zones.flatMap((zone) => changesIn2026(zone).map((change) => ({ zone, change })));
  expect(changes).toContainEqual({ zone: 'America/Havana', change: at('2026-11-01T05:00:00Z') });
  expect(changes).toContainEqual({ zone: 'Atlantic/Azores', change: at('2026-10-25T01:00:00Z') });
  const closed = changes.flatMap(({ zone, change }) =>
    always.flatMap((hours) => {
      const window = toWindow(`${hours} ${zone}`);
      const times = [-12, -4, -2, -1, 0, 1, 2, 4, 12].map((half) => change + half * 30 * MINUTE_MS);
      return times
        .map((now) => ({ zone, hours, now, ...windowState(window, now) }))
        .filter(({ isOpen, until }) => !isOpen || until !== null);
    }),
  );
  expect(closed).toEqual([]);
});
