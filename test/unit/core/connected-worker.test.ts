import { expect, test } from 'vitest';
import { describeWorkers } from '../../../src/core/connected-worker.ts';

const at = (host: string, toolVersion = '1.0.0') => ({ host, toolVersion, concurrency: 8 });

test.each([
  ['none', [], 'No worker is connected: the run waits'],
  ['one', [at('a')], '1 worker for 8 requests at a time: a (1.0.0)'],
  [
    'two of a host',
    [at('a'), at('b'), at('a')],
    '3 workers for 24 requests at a time: 2 at a (1.0.0), b (1.0.0)',
  ],
  [
    'two versions',
    [at('a'), at('a', '1.0.1')],
    '2 workers for 16 requests at a time: a (1.0.0), a (1.0.1)',
  ],
])('describes %s', (_, workers, text) => {
  expect(describeWorkers(workers)).toBe(text);
});

test('names ten hosts at most', () => {
  const hosts = Array.from({ length: 12 }, (_, index) => at(`h${index}`));
  expect(describeWorkers(hosts)).toMatch(/h9 \(1\.0\.0\) and 2 more hosts$/);
});
