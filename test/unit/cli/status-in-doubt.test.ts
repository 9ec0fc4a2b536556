import { expect, test } from 'vitest';
import { createAdvice } from '../../../src/cli/command-advice.ts';
import { statusText } from '../../../src/cli/status-text.ts';
import { stateCounts } from '../../../src/core/state-counts.ts';
import type { RunStatus } from '../../../src/run/run-status.ts';

const advice = createAdvice(undefined);

function interrupted(counts: Parameters<typeof stateCounts>[0]): RunStatus {
  const facts = {
    run: 'r1',
    jobName: 'job',
    publicKey: 'key',
    restOrigin: 'https://service.test',
    state: 'interrupted',
    isRunning: false,
    stopReason: null,
    createdAt: 0,
    endedAt: 1,
    walkFinished: true,
    pages: 1,
    counts: stateCounts(counts),
    steps: [],
    paid: [],
  };
  return facts as unknown as RunStatus;
}

test('a run of which only doubts are left says to resolve them, not to resume', () => {
  const text = statusText(interrupted({ done: 2, 'in-doubt': 1 }), { advice });
  expect(text).toContain('resolve them first, a resume sends nothing');
  expect(text).not.toContain('ucbulk resume');
  expect(text).toContain('--state in-doubt');
});

test('one with more to do is gone on with', () => {
  const text = statusText(interrupted({ pending: 1, 'in-doubt': 1 }), { advice });
  expect(text).toContain('ucbulk resume r1');
});
