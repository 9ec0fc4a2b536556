import { expect, test } from 'vitest';
import {
  createAdvice,
  withAllowedCode,
  withFleetAddress,
} from '../../../src/cli/command-advice.ts';
import { fileRow } from '../../../src/cli/one-liners/file-text.ts';

test('the commands for a run with own code allow this code', () => {
  const advice = withAllowedCode(createAdvice('my state'));
  expect(advice.resume('a')).toBe("ucbulk resume a --state 'my state' --allow-code");
  expect(advice.retry('a')).toBe("ucbulk retry a --state 'my state' --allow-code");
  expect(advice.run('a.yaml')).toBe("ucbulk run a.yaml --state 'my state' --allow-code");
});

test('the commands for a run with a fleet name it, without its password', () => {
  const advice = withFleetAddress(createAdvice(undefined), 'redis://me:secret@redis.test:6379/1');
  expect(advice.resume('a')).toBe(
    'ucbulk resume a --fleet redis://USER:PASSWORD@redis.test:6379/1',
  );
  expect(advice.retry('a')).toMatch(/^ucbulk retry a --fleet redis:/);
  expect(withFleetAddress(createAdvice(undefined), 'redis://h:1?prefix=x').resume('a')).toBe(
    "ucbulk resume a --fleet 'redis://h:1?prefix=x'",
  );
});

test('the row of a deleted file says that it is deleted', () => {
  const facts = { uuid: 'a', size: 1, storedAt: 1, removedAt: 2, filename: 'a.jpg' } as never;
  expect(fileRow(facts)).toMatch(/ deleted a\.jpg$/);
});
