import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createConfirm } from '../../../src/cli/confirm-effects.ts';
import { readPersonLine } from '../../../src/cli/process-surroundings.ts';
import { parseRunId } from '../../../src/core/run.ts';

const QUESTION = {
  run: parseRunId('20261121-205404-k3x9'),
  jobName: 'cleanup',
  items: 5,
  effects: [{ kind: 'delete', count: 5, steps: 1, items: 5 }],
  projects: [{ publicKey: 'demopublickey' }],
} as unknown as Parameters<ReturnType<typeof createConfirm>>[0];

/** What the question returns if a person does this at the terminal. */
async function answer(act: (input: PassThrough, stop: AbortController) => void, isGone = false) {
  const input = new PassThrough();
  const stop = new AbortController();
  const confirm = createConfirm({
    output: { warn: () => undefined } as unknown as Parameters<typeof createConfirm>[0]['output'],
    readLine: (signal) => readPersonLine(signal, { input, isGone: () => isGone }),
    yes: false,
    stop: stop.signal,
    suspend: (ask) => ask(),
  });
  const asked = confirm(QUESTION);
  act(input, stop);
  return asked;
}

test('Ctrl-D is an answer, and it is a no', async () => {
  expect(await answer((input) => input.end())).toBe('no');
});

test.each([
  ['5\n', 'yes'],
  ['\n', 'no'],
  ['y\n', 'no'],
])('the line %j', async (line, expected) => {
  expect(await answer((input) => input.write(line))).toBe(expected);
});

test('a terminal that is gone, and a signal, answer nothing', async () => {
  expect(await answer((input) => input.end(), true)).toBe('unanswered');
  expect(await answer((_input, stop) => stop.abort())).toBe('unanswered');
});
