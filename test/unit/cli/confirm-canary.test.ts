import { expect, test } from 'vitest';
import { canaryText } from '../../../src/cli/canary-text.ts';
import { createConfirmCanary } from '../../../src/cli/confirm-canary.ts';
import { parseRunId } from '../../../src/core/run.ts';
import { stateCounts } from '../../../src/core/state-counts.ts';
import { wrapText } from '../../../src/progress/wrap-text.ts';
import type { CanaryQuestion } from '../../../src/run/run-request.ts';

const QUESTION: CanaryQuestion = {
  run: parseRunId('20261129-120000-abc123'),
  jobName: 'cleanup',
  wasAsked: false,
  items: 20,
  remaining: 980,
  listed: 4000,
  counts: stateCounts({ done: 19, failed: 1 }),
  reasons: [{ state: 'failed', reason: 'bad_request', count: 1 }],
  paid: [{ name: 'remove_bg', spent: 20 }],
  workedMs: 12_000,
  results: [
    {
      key: 'a',
      filename: 'cat.jpg',
      state: 'done',
      reason: null,
      message: null,
      result: { file: 'b' },
    },
  ],
  effects: [{ kind: 'pay', name: 'remove_bg', steps: 1, items: 980, count: 980, limit: null }],
};

/** Answers the question with a line; null if there is no terminal. */
async function answer(
  typed: string | readonly string[] | null,
  { yes = false, wasAsked = false } = {},
) {
  const printed: string[] = [];
  const lines = typed === null ? [] : [typed].flat();
  const output = {
    warn: (text: string) => printed.push(text),
    fit: (text: string) => text,
    screen: { eraseEchoed: () => undefined },
  };
  const confirm = createConfirmCanary({
    output: output as never,
    advice: { resume: (run: string) => `ucbulk resume ${run}` } as never,
    ask:
      typed === null
        ? null
        : async ({ print }) => {
            print(0);
            const line = lines.shift();
            return line === undefined ? { kind: 'end-of-input' } : { kind: 'line', line };
          },
    yes,
    stop: new AbortController().signal,
    suspend: (ask) => ask(),
  });
  return { answer: await confirm({ ...QUESTION, wasAsked }), text: printed.join('\n') };
}

test('the results come before the question, and the number is the yes', async () => {
  const { answer: given, text } = await answer('980');
  expect(given).toBe('yes');
  expect(text).toContain('Canary of cleanup: 20 items; 980 wait');
  expect(text).toMatch(/selected\s+1,000 of 4,000 listed \(25%\)/);
  expect(text).toMatch(/failed\s+1 bad_request/);
  expect(text).toMatch(/time\s+12s, 600 ms an item/);
  expect(text).toMatch(/results\s+a {2}cat\.jpg {2}done {2}file=b/);
  expect(text).toMatch(
    /the rest\s+980 items: about 49 failures \(probably at most 15%\), about 980 remove_bg, about 9m 48s or less/,
  );
  expect(text).toContain('at most: pay for 980 remove_bg');
  expect(text).toContain('Type 980 to continue with the other 980 items, or no');
});

test('a mistyped number is no answer: the question comes again', async () => {
  const { answer: given, text } = await answer(['yes', '98', '980']);
  expect(given).toBe('yes');
  expect(text).toContain('"yes" is no answer here. Type 980 to continue');
  expect(text).toContain('"98" is no answer here. Type 980 to continue');
  expect((await answer(['98', 'No'])).answer).toBe('no');
});

test('Ctrl-D leaves the question unanswered', async () => {
  const { answer: given, text } = await answer([]);
  expect(given).toBe('unanswered');
  expect(text).toContain('Not confirmed: the terminal was closed before an answer.');
});

test('without a terminal nobody answers, and the command to continue is named', async () => {
  const { answer: given, text } = await answer(null);
  expect(given).toBe('unanswered');
  expect(text).toContain('To continue: ucbulk resume 20261129-120000-abc123 --yes');
});

test('--yes of a resume answers only after the results were shown, not before its results were shown', async () => {
  expect((await answer(null, { yes: true, wasAsked: false })).answer).toBe('unanswered');
  expect((await answer(null, { yes: true, wasAsked: true })).answer).toBe('yes');
});

test('a long name is cut, so that its state is on the same line of a narrow terminal', () => {
  const filename = 'a-long-name-of-a-photo-from-the-summer-of-2026.jpg';
  const key = '0f1d2c3b-0f1d-4f1d-8f1d-0f1d2c3b4a59';
  const results = [{ ...QUESTION.results[0]!, key, filename, result: null }];
  const lines = wrapText(canaryText({ ...QUESTION, results }), 49).split('\n');
  expect(lines).toContain(`${' '.repeat(10)}a-long-name-of-a-ph…f-2026.jpg  done`);
});
