import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createConfirm } from '../../../src/cli/confirm-effects.ts';
import { askPerson, type Reply } from '../../../src/cli/read-person-line.ts';
import { parseRunId } from '../../../src/core/run.ts';

const QUESTION = {
  run: parseRunId('20261121-205404-k3x9'),
  jobName: 'cleanup',
  items: 5,
  effects: [{ kind: 'delete', count: 5, steps: 1, items: 5 }],
  projects: [{ publicKey: 'demopublickey' }],
} as unknown as Parameters<ReturnType<typeof createConfirm>>[0];

type Act = (input: PassThrough, stop: AbortController) => void;

/** A terminal that records whether it was raw at the end, and Ctrl-C. */
function terminal() {
  const input = Object.assign(new PassThrough(), {
    isRaw: false,
    setRawMode(raw: boolean) {
      input.isRaw = raw;
    },
  });
  const seen = { interrupts: 0 };
  const person = {
    input,
    isGone: () => false,
    tick: () => new Promise<void>((resolve) => setImmediate(resolve)),
    interrupt: () => {
      seen.interrupts += 1;
    },
  };
  return { input, person, seen };
}

/** The answer and the printed lines if a person does one of `acts` each time a question is printed. */
async function answer(acts: readonly Act[], { before = '', isGone = false } = {}) {
  const { input, person, seen } = terminal();
  const stop = new AbortController();
  const printed: string[] = [];
  const echoed: number[] = [];
  const left = [...acts];
  const output = {
    warn: (text: string) => {
      printed.push(text);
      if (/Type 5 to continue/.test(text)) setImmediate(() => left.shift()?.(input, stop));
    },
    screen: { eraseEchoed: (lines: number) => echoed.push(lines) },
  };
  if (before !== '') input.write(before);
  const confirm = createConfirm({
    output: output as unknown as Parameters<typeof createConfirm>[0]['output'],
    ask: (question): Promise<Reply> => askPerson(question, { ...person, isGone: () => isGone }),
    yes: false,
    withoutTerminal: '',
    stop: stop.signal,
    suspend: (ask) => ask(),
  });
  const given = await confirm(QUESTION);
  return { given, printed, echoed, seen, isRaw: input.isRaw };
}

const type =
  (text: string): Act =>
  (input) =>
    input.write(text);

test.each([
  ['5\n', 'yes'],
  ['n\n', 'no'],
  ['No\n', 'no'],
])('the line %j', async (line, expected) => {
  expect((await answer([type(line)])).given).toBe(expected);
});

test.each(['yes', '50', 'nope'])(
  'the line %s is no answer, so the question comes again',
  async (slip) => {
    const { given, printed } = await answer([type(`${slip}\n`), type('5\n')]);
    expect(given).toBe('yes');
    expect(printed.at(-1)).toBe(
      `"${slip}" is no answer here. Type 5 to continue, or no to decline this run:`,
    );
  },
);

test('Ctrl-D is no answer, so it does not decline the run', async () => {
  const { given, printed } = await answer([(input) => input.end()]);
  expect(given).toBe('unanswered');
  expect(printed.at(-1)).toBe('Not confirmed: the terminal was closed before an answer.');
});

test('three lines that are no answer leave the question unanswered', async () => {
  const slips = [type('yes\n'), type('50\n'), type('y\n')];
  const { given, printed } = await answer([...slips, type('5\n')]);
  expect(given).toBe('unanswered');
  expect(printed).toHaveLength(4);
  expect(printed.at(-1)).toBe('Not confirmed: none of 3 lines was an answer.');
});

test('a terminal that is gone, and a signal, answer nothing', async () => {
  expect((await answer([(input) => input.end()], { isGone: true })).given).toBe('unanswered');
  expect((await answer([(_input, stop) => stop.abort()])).given).toBe('unanswered');
});

test.each(['5\n', '\n\n5\n', 'n\n', '5'])(
  'what was typed before the question was printed, %j, is no answer',
  async (before) => {
    const typedYes = await answer([type('5\n')], { before });
    expect(typedYes.given).toBe('yes');
    const typedNo = await answer([type('no\n')], { before });
    expect(typedNo.given).toBe('no');
    expect(typedNo.isRaw).toBe(false);
    expect(typedNo.echoed).toEqual([before.split('\n').length - 1]);
  },
);

test('an Enter alone asks again', async () => {
  const { given, printed } = await answer([type('\n'), type('  \n'), type('5\n')]);
  expect(given).toBe('yes');
  expect(printed.slice(1)).toEqual([
    'Type 5 to continue, or no to decline this run:',
    'Type 5 to continue, or no to decline this run:',
  ]);
});

test('Ctrl-C while the terminal is raw is passed on', async () => {
  const { seen } = await answer([type('no\n')], { before: '\u0003' });
  expect(seen.interrupts).toBe(1);
});
