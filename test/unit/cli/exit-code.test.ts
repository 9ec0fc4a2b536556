import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EXIT_CODES, exitCodeForEnd, exitCodeForError } from '../../../src/cli/exit-code.ts';
import { ClassifiedError, canceled, type FatalCause } from '../../../src/core/failure.ts';
import type { ItemState } from '../../../src/core/item-state.ts';
import { parseRunId } from '../../../src/core/run.ts';
import { stateCounts } from '../../../src/core/state-counts.ts';
import { UserError } from '../../../src/core/user-error.ts';
import type { StopReason } from '../../../src/engine/run-stop.ts';
import { JobFileError } from '../../../src/job/job-file-error.ts';
import type { RunEnd } from '../../../src/run/run-request.ts';
import { NOTHING_LEFT_OUT } from '../../support/run-status.ts';

function runEnd(
  counts: Partial<Record<ItemState, number>>,
  stop: StopReason | null = null,
  state: RunEnd['state'] = stop === null ? 'finished' : 'interrupted',
): RunEnd {
  return {
    run: parseRunId('r1'),
    jobName: 'job',
    state,
    counts: stateCounts(counts),
    stop,
    verified: null,
    reasons: [],
    leftOut: NOTHING_LEFT_OUT,
    failedPaid: null,
    inventory: null,
    rejects: null,
    paid: [],
    cost: null,
    labels: null,
    since: null,
    requests: 1,
    requestsOfRun: 1,
    causes: [],
    throttling: [],
    answerTimes: [],
    throttled: 0,
    elapsedMs: 1,
  };
}

const fatal = (fatalCause?: FatalCause): StopReason => ({
  kind: 'fatal',
  failure: new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: 'x',
    message: 'x',
    ...(fatalCause !== undefined && { fatalCause }),
  }),
});
const guard: StopReason = { kind: 'guard', message: 'too many' };
const budget: StopReason = { kind: 'budget', message: 'spent' };
const duration: StopReason = { kind: 'duration', message: 'over' };
const user: StopReason = { kind: 'user' };

test.each([
  [0, 'all items are done or skipped', runEnd({ done: 5, skipped: 2 })],
  [0, 'nothing was selected', runEnd({})],
  [1, 'an item failed', runEnd({ done: 5, failed: 1 })],
  [3, 'bad keys', runEnd({ pending: 5 }, fatal('credentials'), 'aborted')],
  [3, 'bad configuration', runEnd({ pending: 5 }, fatal('configuration'), 'aborted')],
  [5, 'the service is away', runEnd({ pending: 5 }, fatal('service'))],
  [5, 'the disk is full', runEnd({ pending: 5 }, fatal('disk-full'))],
  [5, 'items are left without a reason', runEnd({ pending: 5 }, null, 'interrupted')],
  [7, 'a guard', runEnd({ pending: 5 }, guard, 'aborted')],
  [8, 'the budget', runEnd({ pending: 5 }, budget)],
  [10, 'the duration', runEnd({ pending: 5 }, duration)],
  [11, 'an item is in doubt', runEnd({ done: 5, 'in-doubt': 1 }, null, 'interrupted')],
  [70, 'a bug', runEnd({ pending: 5 }, fatal('bug'), 'aborted')],
  [70, 'a fatal failure without a cause', runEnd({ pending: 5 }, fatal(), 'aborted')],
  [130, 'the user', runEnd({ pending: 5 }, user)],
])('%i: %s', (code, _why, end) => {
  expect(exitCodeForEnd(end, null)).toBe(code);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 143],
] as const)('%s ends in %i', (signal, code) => {
  expect(exitCodeForEnd(runEnd({ pending: 5 }, user), signal)).toBe(code);
  expect(exitCodeForError(canceled(), signal)).toBe(code);
});

test('a signal that came after the last item changes nothing', () => {
  expect(exitCodeForEnd(runEnd({ done: 5 }), 'SIGINT')).toBe(0);
});

test.each([
  [70, runEnd({ pending: 1, failed: 1 }, fatal('bug')), 'SIGINT'],
  [130, runEnd({ pending: 1, failed: 1, 'in-doubt': 1 }, guard), 'SIGINT'],
  [3, runEnd({ pending: 1, failed: 1, 'in-doubt': 1 }, fatal('credentials')), null],
  [7, runEnd({ pending: 1, failed: 1, 'in-doubt': 1 }, guard), null],
  [8, runEnd({ pending: 1, failed: 1, 'in-doubt': 1 }, budget), null],
  [10, runEnd({ pending: 1, failed: 1, 'in-doubt': 1 }, duration), null],
  [5, runEnd({ pending: 1, failed: 1, 'in-doubt': 1 }, fatal('service')), null],
  [11, runEnd({ failed: 1, 'in-doubt': 1 }), null],
] as const)('%i comes first where several hold', (code, end, signal) => {
  expect(exitCodeForEnd(end, signal)).toBe(code);
});

test.each([
  [2, new UserError('usage', 'x')],
  [2, new UserError('not-found', 'x')],
  [2, new JobFileError('a.yaml', [])],
  [3, new UserError('configuration', 'x')],
  [7, new UserError('refused', 'x')],
  [12, new UserError('locked', 'x')],
  [5, new ClassifiedError({ kind: 'transient', effect: 'none', code: 'x', message: 'x' })],
  [70, new Error('x')],
  [70, 'x'],
] as const)('%i for a thrown %s', (code, error) => {
  expect(exitCodeForError(error, null)).toBe(code);
});

test('docs/exit-codes.md has every code with its meaning', () => {
  const docs = readFileSync(new URL('../../../docs/exit-codes.md', import.meta.url), 'utf8');
  const rows = [...docs.matchAll(/^\| (\d+) \| ([^|]+) \|/gm)].map(([, code, words]) => [
    code,
    words,
  ]);
  expect(rows).toEqual(Object.entries(EXIT_CODES));
});
