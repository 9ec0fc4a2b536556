import { expect, test } from 'vitest';
import { createWaitLog } from '../../../src/cli/wait-log.ts';
import type { Wait } from '../../../src/core/wait.ts';

const START = new Date(2026, 10, 22, 14, 0, 0).getTime();

function waiting(seconds: number, changes: Partial<Wait> = {}): Wait {
  const until = START + seconds * 1000;
  return {
    kind: 'throttled',
    reason: 'paused by the service (429)',
    since: START,
    until,
    ...changes,
  };
}

function logOf(...events: readonly (Wait | null)[]) {
  const lines: string[] = [];
  const log = createWaitLog((level, _fields, message) => lines.push(`${level}: ${message}`));
  for (const wait of events) log({ kind: 'waiting', id: 'gate', wait });
  return lines;
}

test('a wait is logged once, with its reason and its end', () => {
  expect(logOf(waiting(15), waiting(16), null, waiting(30))).toEqual([
    'info: paused by the service (429) until 14:00:15',
    'info: paused by the service (429) until 14:00:30',
  ]);
});

test('a wait of a minute or more is a warning', () => {
  expect(logOf(waiting(60))).toEqual(['warn: paused by the service (429) until 14:01:00']);
});

test('a wait whose end moves far is logged again', () => {
  expect(logOf(waiting(15), waiting(900))).toHaveLength(2);
});

test('retries are one wait, however often they are put off', () => {
  const retry = { kind: 'retry', reason: 'waiting to retry after HTTP 503' } as const;
  expect(logOf(waiting(5, retry), waiting(20, retry), waiting(50, retry))).toHaveLength(1);
});

test('a wait whose end nobody knows is a warning', () => {
  expect(
    logOf(waiting(0, { kind: 'lock', reason: 'waiting for the ledger', until: null })),
  ).toEqual(['warn: waiting for the ledger']);
});

test('other runs and outages have lines of their own', () => {
  expect(logOf(waiting(0, { kind: 'other-run', until: null }))).toEqual([]);
  expect(logOf(waiting(90, { kind: 'outage' }))).toEqual([]);
});

test('a pause that a person asked for is no warning, and a question has no line', () => {
  const paused = waiting(0, { kind: 'paused', reason: 'paused by `ucbulk pause`', until: null });
  const question = waiting(0, { kind: 'question', reason: 'waiting for an answer', until: null });
  expect(logOf(paused, null, question)).toEqual([expect.stringMatching(/^info: paused since/)]);
});
