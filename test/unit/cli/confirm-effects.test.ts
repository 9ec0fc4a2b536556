import { expect, test } from 'vitest';
import { createConfirm, explainNoTerminal } from '../../../src/cli/confirm-effects.ts';
import type { EffectCount } from '../../../src/core/effect-count.ts';
import { parseRunId } from '../../../src/core/run.ts';
import type { Confirmation } from '../../../src/run/run-request.ts';

const pay = (name: string, count: number, amount?: string): EffectCount => ({
  kind: 'pay',
  name,
  steps: 1,
  items: count,
  count,
  limit: null,
  ...(amount !== undefined && { cost: { amount, currency: 'EUR' } }),
});

/** The text of the question, for a person who answers no. */
async function asked(
  question: Pick<Confirmation, 'effects' | 'costLimit' | 'hasBackups'>,
): Promise<string> {
  const printed: string[] = [];
  const confirm = createConfirm({
    output: {
      warn: (text: string) => printed.push(text),
      fit: (text: string) => text,
      screen: { eraseEchoed: () => undefined },
    } as never,
    ask: async ({ print }) => {
      print(0);
      return { kind: 'line', line: 'no' };
    },
    yes: false,
    withoutTerminal: '',
    stop: new AbortController().signal,
    suspend: (ask) => ask(),
  });
  const run = parseRunId('20261129-120000-abc123');
  const projects = [{ publicKey: 'demopublickey' }];
  await confirm({ ...question, items: 1, run, jobName: 'cut', projects });
  return printed.join('\n');
}

test('the question before paid steps names each cost and the sum', async () => {
  const effects = [pay('remove_bg', 2000, '160.00'), pay('convert/video', 10, '1.50')];
  const costLimit = { amount: '100.00', currency: 'EUR' };
  const text = await asked({ effects, costLimit });
  expect(text).toContain('  pay for 2,000 remove_bg (at most 160.00 EUR)');
  expect(text).toContain(
    'By your prices, this costs at most 161.50 EUR, plus requests. The run stops before it costs more than 100.00 EUR (limits.cost).',
  );
});

test('the sum says that a price is missing, and without prices there is none', async () => {
  const some = await asked({ effects: [pay('remove_bg', 2, '0.16'), pay('convert/video', 10)] });
  expect(some).toContain('at most 0.16 EUR, plus requests. Some of them have no price.');
  expect(await asked({ effects: [pay('remove_bg', 2)] })).not.toContain('prices');
});

test('the question before a delete names the way back, if there is one', async () => {
  const effects = [{ ...pay('delete', 3), kind: 'delete' as const }];
  expect(await asked({ effects })).toContain('Deletes cannot be undone.');
  const text = await asked({ effects, hasBackups: true });
  expect(text).toContain('`ucbulk restore` can import the copies');
  expect(text).not.toContain('cannot be undone');
});

test('without a terminal, a one-liner gets no advice about a job file', () => {
  const list = explainNoTerminal({ flags: { fromStdin: true }, job: {} });
  expect(list).toBe(
    "Standard input is the list, so ucbulk can't read an answer from it. To agree, add --yes.",
  );
  expect(explainNoTerminal({ flags: { from: '-' }, job: {} })).toBe(list);
  expect(explainNoTerminal({ flags: {}, job: {} })).toBe(
    'There is no terminal to ask on. To agree, add --yes.',
  );
  expect(explainNoTerminal({ flags: {}, job: {}, jobPath: 'a.yaml' })).toContain('guard.confirm');
  expect(explainNoTerminal({ flags: {} })).toContain('guard.confirm');
});
