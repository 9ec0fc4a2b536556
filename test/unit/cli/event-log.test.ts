import { expect, test } from 'vitest';
import { createEventLog } from '../../../src/cli/event-log.ts';

test('skipped rows are named with their place and their fault, the first five of them', () => {
  const lines: string[] = [];
  const listener = createEventLog((_level, _fields, message) => {
    lines.push(message);
  });
  listener({ kind: 'rows-rejected', count: 1, samples: ['photos.csv:13: not a URL'] });
  const samples = [1, 2, 3, 4, 5, 6].map((row) => `a.csv:${row}: empty`);
  listener({ kind: 'rows-rejected', count: 1007, samples });
  expect(lines).toEqual([
    'Skipped 1 bad row: photos.csv:13: not a URL',
    'Skipped 1,007 bad rows: a.csv:1: empty; a.csv:2: empty; a.csv:3: empty; a.csv:4: empty; a.csv:5: empty; and 1,002 more',
  ]);
});

test('a slow disk is a warning with its duration and what follows from it', () => {
  const lines: unknown[] = [];
  const listener = createEventLog((...line) => lines.push(line));
  listener({ kind: 'disk-slow', commitMs: 1204.4, isTooSlow: false });
  listener({ kind: 'disk-slow', commitMs: 14_000, isTooSlow: true });
  const advice = 'If this continues, move the state directory (--state) to a faster disk.';
  expect(lines).toEqual([
    [
      'warn',
      { commitMs: 1204 },
      `It took 1.2 s to record a request on the disk. Each request that changes something waits for that. ${advice}`,
    ],
    [
      'warn',
      { commitMs: 14_000 },
      `It took 14.0 s to record a request on the disk. That is too long: the request was not sent, and ucbulk records it again. ${advice}`,
    ],
  ]);
});
