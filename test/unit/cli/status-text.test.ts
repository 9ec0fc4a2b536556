import { expect, test } from 'vitest';
import { createAdvice } from '../../../src/cli/command-advice.ts';
import { statusDocument, statusText } from '../../../src/cli/status-text.ts';
import { NONE_PASSED_OVER } from '../../../src/core/passed-over.ts';
import { stateCounts } from '../../../src/core/state-counts.ts';
import { NONE_UNDECIDED } from '../../../src/core/undecided.ts';
import { interruptedRun } from '../../support/run-status.ts';

const advice = createAdvice(undefined);
const at = (time: string) => Date.parse(`2026-11-22T${time}Z`);

test('every row of a run, word for word', () => {
  const status = interruptedRun(
    { done: 1204, skipped: 3, failed: 2, 'in-doubt': 1, pending: 40 },
    {
      stopReason: 'stopped by the user',
      steps: [
        {
          id: 'cut',
          uses: 'addon/remove_bg',
          passed: 1209,
          counts: stateCounts({ pending: 40, 'in-doubt': 1 }),
        },
        {
          id: 'keep',
          uses: 'store',
          passed: 1204,
          counts: stateCounts({ done: 1204, skipped: 3, failed: 2 }),
        },
      ],
      leftOut: {
        repeated: 2,
        rejected: 1,
        undecided: NONE_UNDECIDED,
        passedOver: NONE_PASSED_OVER,
        unlisted: 0,
      },
      waits: [
        {
          kind: 'throttled',
          reason: 'paused by the service (429, Retry-After 120 s)',
          since: at('14:01:20'),
          until: at('14:03:20'),
        },
        { kind: 'lock', reason: 'waiting for run r2', since: at('14:01:30'), until: null },
      ],
      lostAnswers: { count: 3, due: at('14:03:20') },
      paid: [{ name: 'remove_bg', spent: 1210, limit: 2000 }],
    },
  );
  expect(statusText(status, { advice }).split('\n')).toEqual([
    'run           r1',
    'job           cut',
    'project       demopublickey at https://api.uploadcare.com',
    'state         interrupted by the user',
    'started       2026-11-22T13:40:00Z',
    'ended         2026-11-22T14:01:50Z',
    'listing       finished, 2 pages',
    'items         1,250: 1,204 done, 40 pending, 1 in doubt, 3 skipped, 2 failed (96% finished)',
    'left out      2 repeated (the first counts), 1 bad row',
    'step cut      1,209 done, 40 to do, 1 in doubt',
    'step keep     1,204 done, 3 skipped, 2 failed',
    'waits         paused by the service (429, Retry-After 120 s) until 2026-11-22T14:03:20Z',
    '              waiting for run r2',
    'lost answers  3, looked up after 2026-11-22T14:03:20Z',
    'paid for      1,210 of 2,000 remove_bg',
    'next          ucbulk resume r1',
    '              ucbulk items r1 --state failed',
    '              ucbulk items r1 --state in-doubt',
  ]);
});

test('a spent budget must be raised before a resume gets on', () => {
  const paid = [{ name: 'remove_bg', spent: 9, limit: 9 }];
  expect(statusText(interruptedRun({ pending: 3 }, { paid }), { advice })).toContain(
    'next      ucbulk resume r1 --job FILE',
  );
});

test('lost answers that need no waiting have no time', () => {
  const status = interruptedRun({ pending: 3 }, { lostAnswers: { count: 3, due: 0 } });
  expect(statusText(status, { advice })).toContain(
    'lost answers  3, looked up before anything is sent again\n',
  );
  expect(statusDocument(status)['lostAnswers']).toEqual({ count: 3, due: null });
});

test('after a guard, a resume needs a job file with a higher guard', () => {
  const status = interruptedRun(
    { pending: 300 },
    {
      state: 'aborted',
      stopReason:
        'The selection has at least 300 items, more than guard.maxItems allows (10). Nothing was done. Narrow the filter, or raise the guard in the job file, then run `ucbulk resume --job FILE`.',
    },
  );
  expect(statusText(status, { advice })).toMatch(/^next +ucbulk resume r1 --job FILE$/m);
});

test('a run of which only doubts are left says to resolve them, not to resume', () => {
  const text = statusText(interruptedRun({ done: 2, 'in-doubt': 1 }), { advice });
  expect(text).toContain('decide them first, a resume sends nothing');
  expect(text).not.toContain('ucbulk resume');
  expect(text).toContain('--state in-doubt');
});

test('one with more to do is gone on with', () => {
  const text = statusText(interruptedRun({ pending: 1, 'in-doubt': 1 }), { advice });
  expect(text).toContain('ucbulk resume r1');
});

test('waits have their times as ISO text in JSON', () => {
  const wait = { kind: 'throttled', reason: 'paused', since: at('14:01:20') } as const;
  const waits = [
    { ...wait, until: at('14:03:20') },
    { ...wait, until: null },
  ];
  expect(statusDocument(interruptedRun({ pending: 3 }, { waits }))['waits']).toEqual([
    { ...wait, since: '2026-11-22T14:01:20Z', until: '2026-11-22T14:03:20Z' },
    { ...wait, since: '2026-11-22T14:01:20Z', until: null },
  ]);
});

test('the state of a declined run is not repeated by its reason', () => {
  const status = interruptedRun(
    { pending: 2 },
    { state: 'declined', stopReason: 'Declined: the answer to "delete 2 files?" was no.' },
  );
  expect(statusText(status, { advice })).toContain(
    'state    declined: the answer to "delete 2 files?" was no.',
  );
});

test.each([
  [true, ' --yes'],
  [false, ''],
])('a run that waits for an answer: %s, next is a resume%s', (waitsForAnswer, flags) => {
  const facts = { state: 'aborted', stopReason: 'Not confirmed: in other words', waitsForAnswer };
  const text = statusText(interruptedRun({ pending: 4 }, facts as object), { advice });
  expect(text).toMatch(new RegExp(`^next +ucbulk resume r1${flags}$`, 'm'));
});

test('a resume after a run with a fleet names a fleet again, after the flags that it needs to start', () => {
  const text = (facts: object) =>
    statusText(interruptedRun({ pending: 4 }, { hasFleet: true, ...facts }), { advice });
  expect(text({})).toMatch(/^next +ucbulk resume r1 --fleet redis:\/\/HOST:PORT$/m);
  expect(text({ waitsForAnswer: true })).toMatch(/^next +ucbulk resume r1 --yes --fleet /m);
});
