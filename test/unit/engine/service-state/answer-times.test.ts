import { expect, test } from 'vitest';
import { AnswerTimes } from '../../../../src/engine/service-state/answer-times.ts';

test('each step has the times within which half and 95% of its requests were answered', () => {
  const times = new AnswerTimes();
  for (let ms = 1; ms <= 1000; ms += 1) times.add(1, ms);
  times.add(0, 20_000);
  const [first, second] = times.summary();
  expect(first).toMatchObject({ step: 0, requests: 1 });
  expect(first!.p95Ms).toBe(first!.p50Ms);
  expect(Math.abs(first!.p50Ms - 20_000)).toBeLessThanOrEqual(1000);
  expect(second).toMatchObject({ step: 1, requests: 1000 });
  expect(Math.abs(second!.p50Ms - 500)).toBeLessThanOrEqual(25);
  expect(Math.abs(second!.p95Ms - 950)).toBeLessThanOrEqual(48);
});

test('an answer at once counts, and without answers there are no times', () => {
  const times = new AnswerTimes();
  expect(times.summary()).toEqual([]);
  times.add(0, 0);
  expect(times.summary()).toEqual([{ step: 0, requests: 1, p50Ms: 1, p95Ms: 1 }]);
});
