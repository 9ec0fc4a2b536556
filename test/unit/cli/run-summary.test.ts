import { expect, test } from 'vitest';
import { createAdvice } from '../../../src/cli/command-advice.ts';
import { hasWarnings } from '../../../src/cli/next-commands.ts';
import { countsText, summaryDocument, summaryText } from '../../../src/cli/run-summary.ts';
import { ClassifiedError } from '../../../src/core/failure.ts';
import { parseRunId } from '../../../src/core/run.ts';
import { stateCounts } from '../../../src/core/state-counts.ts';
import type { RunEnd } from '../../../src/run/run-request.ts';
import { NOTHING_LEFT_OUT } from '../../support/run-status.ts';

const look = {
  advice: createAdvice(undefined),
  paint: (_code: string, text: string) => text,
  unicode: true,
  canRetry: true,
};

const OPEN = stateCounts({ pending: 5, failed: 1 });

const end: RunEnd = {
  run: parseRunId('r1'),
  jobName: 'clean\u001b[2J',
  state: 'finished',
  counts: stateCounts({ done: 6990, skipped: 12, failed: 10 }),
  stop: null,
  verified: null,
  reasons: [
    { state: 'skipped', reason: 'stored meanwhile', count: 12 },
    { state: 'failed', reason: 'http_400', count: 10 },
  ],
  leftOut: NOTHING_LEFT_OUT,
  failedPaid: null,
  inventory: null,
  rejects: null,
  paid: [],
  cost: null,
  labels: null,
  since: null,
  requests: 81,
  requestsOfRun: 81,
  causes: [],
  throttling: [],
  answerTimes: [],
  throttled: 4,
  elapsedMs: 27_400,
};

test('a finished run with failures says how many, why, and how to see which', () => {
  expect(summaryText(end, 1, look)).toBe(
    [
      'Finished clean[2J, run r1',
      '  items     7,012: 6,990 done, 12 skipped, 10 failed',
      '  requests  81, 4 of them throttled (429)',
      '  time      27s',
      '  skipped  12  stored meanwhile',
      '  failed   10  http_400',
      'Next:',
      '  ucbulk items r1 --state failed  # which failed, and why',
      '  ucbulk retry r1                 # gives failed items a new attempt',
      'exit 1: finished, but some items failed',
    ].join('\n'),
  );
});

test('after several processes, the summary has the requests of this one and of all', () => {
  const text = summaryText({ ...end, requestsOfRun: 4062 }, 1, look);
  expect(text).toContain('  requests  81 (4,062 in all processes), 4 of them throttled (429)\n');
});

test('bad rows of a list are counted, and the summary says how to see them', () => {
  const lines = summaryText({ ...end, leftOut: { ...end.leftOut, rejected: 3 } }, 1, look).split(
    '\n',
  );
  expect(lines.slice(2, 4)).toEqual([
    '  left out  3 bad rows',
    '            to see the first bad rows with their reasons, run the job with --dry-run',
  ]);
});

test('items that are done with a warning are counted, and the summary says how to see which', () => {
  const warned: RunEnd = {
    ...end,
    counts: stateCounts({ done: 5 }),
    reasons: [{ state: 'done', reason: 'web_page', count: 2 }],
  };
  const text = summaryText(warned, 0, look);
  expect(text).toContain('  warning  2  web_page\n');
  expect(text).toContain('  ucbulk items r1 --state done  # which have a warning, and why');
  expect(hasWarnings(warned)).toBe(true);
  expect(hasWarnings(end)).toBe(false);
});

test('a run where all went well has nothing more to say', () => {
  const good = { ...end, counts: stateCounts({ done: 5 }), reasons: [], throttled: 0 };
  expect(summaryText(good, 0, look)).toBe(
    'Finished clean[2J, run r1\n  items     5: 5 done\n  requests  81\n  time      27s',
  );
});

test('after an unanswered question, the command to continue has the answer', () => {
  const message = 'Nobody was there to answer.';
  const unanswered: RunEnd = {
    ...end,
    state: 'aborted',
    stop: { kind: 'guard', message, waitsForAnswer: true },
    counts: stateCounts({ pending: 5 }),
    reasons: [],
  };
  expect(summaryText(unanswered, 7, look)).toContain(
    '  ucbulk resume r1 --yes  # agrees to these deletes and payments; without --yes, it asks on a terminal',
  );
});

test('a stopped run says why and how to go on, with the state directory it was given', () => {
  const stopped: RunEnd = {
    ...end,
    state: 'aborted',
    stop: { kind: 'guard', message: 'Too many' },
    counts: stateCounts({ pending: 5, 'in-doubt': 1 }),
    reasons: [],
  };
  const help = { advice: createAdvice("it's here"), canRetry: true };
  const document = summaryDocument(stopped, 7, help);
  expect(document).toMatchObject({
    type: 'summary',
    exitCode: 7,
    stop: { kind: 'guard', message: 'Too many' },
    next: [
      "ucbulk resume r1 --state 'it'\\''s here' --job FILE",
      "ucbulk items r1 --state in-doubt --state-dir 'it'\\''s here'",
      "ucbulk report r1 --format decisions -o decisions.csv --state-dir 'it'\\''s here'",
      "ucbulk resolve r1 --from decisions.csv --state 'it'\\''s here'",
    ],
  });
});

test.each([
  ['credentials', 'fix that first; continues where the run stopped', true],
  ['account', 'settle the account first; continues where the run stopped', false],
  ['disk-full', 'free disk space first; continues where the run stopped', false],
  ['service', 'when the service works again: continues where the run stopped', true],
] as const)(
  'after a stop by %s, only commands that help are offered',
  (fatalCause, why, checks) => {
    const failure = new ClassifiedError({
      kind: 'fatal',
      effect: 'none',
      code: 'x',
      message: 'x',
      fatalCause,
    });
    const stopped: RunEnd = {
      ...end,
      state: 'aborted',
      stop: { kind: 'fatal', failure },
      counts: stateCounts({ pending: 5 }),
    };
    const text = summaryText(stopped, 3, look);
    expect(text).toContain(`# ${why}`);
    expect(text.includes('  ucbulk doctor ')).toBe(checks);
  },
);

test('no resume is offered if only a new job file helps, and no retry if no item can be retried', () => {
  const failure = new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: 'x',
    message: 'x',
    fatalCause: 'job',
  });
  const inJob: RunEnd = { ...end, state: 'aborted', stop: { kind: 'fatal', failure } };
  expect(summaryText({ ...inJob, counts: OPEN }, 2, look)).not.toContain('ucbulk resume');
  const final = summaryText(end, 1, { ...look, canRetry: false });
  expect(final).not.toContain('ucbulk retry');
  expect(final).toContain(
    '  ucbulk report r1 --state failed -o failed.csv  # no failed item can be retried: a list for a new job',
  );
});

test('after a difference, the summary offers the command that names it', () => {
  const verified = {
    at: 0,
    no: 1,
    verified: 6990,
    different: 2,
    notVerified: 0,
    leftOver: 0,
    reopened: 0,
  };
  expect(summaryText({ ...end, verified }, 1, look)).toContain('  ucbulk verify r1 ');
  const one = summaryText({ ...end, verified: { ...verified, verified: 1 } }, 1, look);
  expect(one).toMatch(/^ {2}verified {2}1 item\b/m);
});

test('after a guard, a resume needs a job file with a higher guard', () => {
  const stop = { kind: 'guard', message: 'Too many' } as const;
  expect(summaryText({ ...end, state: 'aborted', stop, counts: OPEN }, 7, look)).toContain(
    'ucbulk resume r1 --job FILE     # raise the guard in FILE first; continues where the run stopped',
  );
});

test('the causes of failures have the words of the service, an example and its request id', () => {
  const cause = {
    state: 'failed',
    step: 'store',
    reason: 'http_400',
    message: 'http_400 Bad \u001b[2Jname\nof the file \u202e写真',
    count: 1200,
    key: '3f0a',
    requestId: 'req-1',
  } as const;
  const other = { ...cause, state: 'in-doubt', reason: null, count: 1, requestId: null } as const;
  expect(summaryText({ ...end, causes: [cause, other] }, 1, look)).toContain(
    [
      '  Most frequent causes:',
      '    1,200 failed at step store: http_400 Bad [2Jname of the file 写真',
      '      example: 3f0a, request id req-1',
      '    1 in doubt at step store: http_400 Bad [2Jname of the file 写真',
      '      example: 3f0a',
      'Next:',
    ].join('\n'),
  );
});

test('the summary shows when requests were throttled, and how long answers took', () => {
  const point = (throttled: number) => ({ at: 0, requests: 40, throttled });
  const busy: RunEnd = {
    ...end,
    throttling: [point(0), point(5), point(10), { at: 0, requests: 0, throttled: 0 }],
    answerTimes: [
      { step: 'store', requests: 70, p50Ms: 120, p95Ms: 1840 },
      { step: 'tag', requests: 1, p50Ms: 80, p95Ms: 80 },
    ],
  };
  const rows = [
    '  throttled  ▁▅█▁  from the start to the end, at most 25% at a time',
    '  answers    store: half within 120ms, 95% within 1.8s (70 requests)',
    '             tag: half within 80ms, 95% within 80ms (1 request)',
  ];
  expect(summaryText(busy, 1, look)).toContain(rows.join('\n'));
  expect(summaryText(busy, 1, { ...look, unicode: false })).toContain('throttled  _+@_  from');
  const few = { ...busy, throttling: busy.throttling.slice(0, 2) };
  expect(summaryText(few, 1, look)).not.toContain('from the start to the end');
});

test('counts name only states that have items, but always done', () => {
  expect(countsText(stateCounts({}))).toBe('0: 0 done');
  expect(countsText(stateCounts({ 'in-doubt': 2, pending: 1 }))).toBe(
    '3: 0 done, 1 pending, 2 in doubt',
  );
});

test('what failed after a paid step is taken up by a new run, and the summary says at which price', () => {
  const failed = { count: 1200, isKept: true, jobFile: 'jobs/my cut.yaml' };
  const kept = summaryText({ ...end, failedPaid: failed }, 1, look);
  expect(kept).toContain(
    "  ucbulk run 'jobs/my cut.yaml'   # 1,200 failed after a paid step: with the same flags, a new run continues with the paid results",
  );
  const paidAgain = summaryText({ ...end, failedPaid: { ...failed, isKept: false } }, 1, look);
  expect(paidAgain).toContain('without skipIfDone: true in the job, a new run pays for them again');
});

test('a reason that items went on from is told with its step', () => {
  const reasons = [{ state: 'skipped', reason: 'done before', count: 3, step: 'cut' }] as const;
  expect(summaryText({ ...end, reasons }, 0, look)).toContain(
    '  skipped  3  done before at step cut; continued',
  );
});

test('a run that a signal stopped says which', () => {
  const stopped = (by: string | null): RunEnd => {
    return { ...end, state: 'interrupted', stop: { kind: 'user', by } };
  };
  expect(summaryText(stopped('SIGTERM'), 143, look)).toContain('\n  Stopped by SIGTERM\n');
  expect(summaryText(stopped(null), 130, look)).toContain('\n  Stopped by the user\n');
});

test('a summary shows what was paid for, also after Ctrl-C', () => {
  const stopped: RunEnd = {
    ...end,
    state: 'interrupted',
    counts: OPEN,
    stop: { kind: 'user' },
    paid: [{ name: 'remove_bg', spent: 1055 }],
  };
  expect(summaryText(stopped, 130, look)).toContain('\n  paid for  1,055 remove_bg\n');
});
