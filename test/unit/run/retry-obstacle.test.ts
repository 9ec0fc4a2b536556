import { expect, test } from 'vitest';
import { findRetryObstacle } from '../../../src/run/retry-obstacle.ts';

test.each([
  ['none', false, null],
  ['none', true, null],
  ['ended', false, null],
  ['ended', true, null],
  ['unknown', false, 'unknown-effect'],
  ['unknown', true, null],
  ['made', false, 'made-file'],
  ['made', true, 'made-file'],
  [null, false, 'not-recorded'],
  [null, true, null],
] as const)('effect %s, repeatable %s: %s', (effect, isRepeatable, obstacle) => {
  expect(findRetryObstacle({ effect, isRepeatable, hasContinued: false })).toBe(obstacle);
  expect(findRetryObstacle({ effect, isRepeatable, hasContinued: true })).toBe('continued');
});
