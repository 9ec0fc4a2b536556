import { expect, test } from 'vitest';
import { addAllCommands } from '../../../src/cli/add-commands.ts';
import { type CommandInfo, readCommands } from '../../../src/cli/read-commands.ts';
import { program } from '../../support/program-line.ts';

const COMMANDS = await readCommands(addAllCommands);

function commandNamed(name: string): CommandInfo {
  return COMMANDS.find((command) => command.name === name)!;
}

test.each(COMMANDS)(
  '$name: the help names the same arguments and flags',
  async ({ name, flags }) => {
    const { stdout } = await program(`${name} --help`);
    const inHelp = [...stdout.matchAll(/^ +(?:-\w, )?--([a-z0-9-]+)/gm)].map(([, flag]) => flag);
    const names = flags.map((flag) => flag.name);
    expect(new Set([...names, 'help', 'version'])).toEqual(
      new Set(inHelp.map((flag) => flag?.replace(/^no-/, ''))),
    );
  },
);

test('api-schema describes commands, exit codes and the job file', async () => {
  const { code, stdout } = await program('api-schema');
  expect(code).toBe(0);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({ version: 1, type: 'api-schema', tool: 'ucbulk' });
  expect(document.commands).toMatchObject(COMMANDS);
  const run = document.commands.find(({ name }: CommandInfo) => name === 'run');
  expect(run.documents).toEqual(['summary', 'skipped', 'plan', 'error']);
  expect(document.documentSchemas.summary.properties.counts.properties.failed).toBeDefined();
  expect(document.exitCodes).toContainEqual({ code: 11, meaning: 'items are in doubt' });
  expect(document.jobSchema.properties.source).toBeDefined();
});

test('flags have their variables, choices and defaults', () => {
  const run = commandNamed('run');
  expect(run.arguments).toMatchObject([{ name: 'job', required: true }]);
  const flag = (name: string) => run.flags.find((one) => one.name === name);
  expect(flag('dry-run')).toMatchObject({
    type: 'boolean',
    aliases: ['n'],
    variable: 'UCBULK_DRY_RUN',
  });
  expect(flag('on-conflict')?.choices).toContain('wait');
  expect(flag('state-dir')?.variable).toBe('UCBULK_STATE');
  expect(commandNamed('file delete').flags.find(({ name }) => name === 'all')?.variable).toBeNull();
  const create = commandNamed('webhooks create');
  expect(create.flags.find(({ name }) => name === 'event')?.required).toBe(true);
});
