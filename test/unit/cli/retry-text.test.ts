import { expect, test } from 'vitest';
import { createAdvice } from '../../../src/cli/command-advice.ts';
import { retryText } from '../../../src/cli/retry-text.ts';
import { parseRunId } from '../../../src/core/run.ts';
import { stateCounts } from '../../../src/core/state-counts.ts';
import type { RetryReview } from '../../../src/run/review-retry.ts';

const NOTHING: RetryReview = {
  run: parseRunId('run-1'),
  jobName: 'label',
  failed: 0,
  counts: stateCounts({ done: 3, skipped: 1 }),
  unfinished: 0,
  inDoubt: 0,
  items: 0,
  retried: [],
  refused: [],
  undecidable: 0,
  paysAgain: new Map(),
};

const text = (review: Partial<RetryReview>) =>
  retryText({ ...NOTHING, ...review }, true, createAdvice(undefined));

test('without failed items, the text says what the run has instead', () => {
  expect(text({})).toBe(
    'Run run-1 (label): no item has failed, so there is nothing to retry. Items: 4: 3 done, 1 skipped.',
  );
});

test('items that have not ended are named: a retry continues them, or a resume does', () => {
  const retried = [{ step: 'tag', code: 'http_400', items: 1 }];
  expect(text({ failed: 1, items: 1, unfinished: 12, retried })).toContain(
    '12 items of the run have not ended yet: a retry continues them too, as a resume does.',
  );
  expect(text({ unfinished: 1 })).toContain(
    '1 item of the run has not ended yet. Continue with: ucbulk resume run-1',
  );
});

test('if no failed item matches, the text says so', () => {
  const reason = 'No failed item matches --where and --code. Nothing was changed.';
  expect(text({ failed: 3 })).toContain(reason);
  expect(text({ failed: 3, undecidable: 3 })).not.toContain(reason);
  expect(text({})).not.toContain(reason);
});
