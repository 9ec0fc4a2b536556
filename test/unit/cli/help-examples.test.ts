import { expect, test } from 'vitest';
import { program } from '../../support/program-line.ts';

test('each example of the help is one line that can be copied, below its explanation', async () => {
  const { stdout } = await program('items --help');
  expect(stdout).toContain(`Examples:
  # Failed items with reasons
  ucbulk items 20261121-205404-k3x9 --state failed
  # All items, one document per item
  ucbulk items 20261121-205404-k3x9 --json
  # Items in doubt, and the files that they may have made
  ucbulk items 20261121-205404-k3x9 --state in-doubt --candidates
`);
});

test.each(['demo', 'doctor', 'emulator', 'project', 'resume', 'schema', 'webhooks create'])(
  'ucbulk %s --help: has examples',
  async (command) => {
    const { stdout } = await program(`${command} --help`);
    expect(stdout).toMatch(new RegExp(`^Examples:\n  # .+\n  ucbulk ${command}`, 'm'));
  },
);
