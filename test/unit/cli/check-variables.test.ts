// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
import { expect, test } from 'vitest';
import { addAllCommands } from '../../../src/cli/add-commands.ts';
import { listVariables } from '../../../src/cli/list-variables.ts';
import { program } from '../../support/program-line.ts';

const DELETE = 'version: 1\nname: t\nsource: { files: {} }\nsteps: [{ uses: delete }]\n';

test.each([
  ['UCBULK_DRYRUN', 'Did you mean UCBULK_DRY_RUN?'],
  ['UCBULK_DRY_RUN_', 'Did you mean UCBULK_DRY_RUN?'],
  ['UCBULK_DRY-RUN', 'Did you mean UCBULK_DRY_RUN?'],
  ['ucbulk_dry_run', 'Did you mean UCBULK_DRY_RUN?'],
  ['ucbulk-dry-run', 'Did you mean UCBULK_DRY_RUN?'],
  ['Ucbulk_Dry_Run', 'Did you mean UCBULK_DRY_RUN?'],
  ['UCBULK_DYR_RUN', 'Did you mean UCBULK_DRY_RUN?'],
  ['UCBULK_N', 'Did you mean UCBULK_DRY_RUN?'],
  ['UCBULK_RATES', 'Did you mean UCBULK_RATE?'],
  ['UCBULK_STATE_DIR', 'Did you mean UCBULK_STATE?'],
  ['UCBULK_MAX_ITEMS', 'the job does not use it. Unset it'],
  ['UCBULK_GUARD_MAX_ITEMS', 'the job does not use it. Unset it'],
  ['UCBULK_LIMITS', 'Did you mean UCBULK_LIMIT?'],
  ['UCBULK_', 'the job does not use it. Unset it'],
])('%s is no variable: nothing is sent', async (name, message) => {
  for (const line of ['run - --yes', 'resume --job - --yes']) {
    const { code, stderr } = await program(line, { [name]: '1' }, DELETE);
    expect(code).toBe(2);
    expect(stderr).toContain(`There is no variable ${name}`);
    expect(stderr).toContain(message);
  }
});

test.each(['webhooks delete 7', 'rewrite 20261121-205404-k3x9 site'])(
  'ucbulk %s: a misspelt variable is refused, a foreign one is named',
  async (line) => {
    const misspelt = await program(line, { UCBULK_DRYRUN: '1' });
    expect(misspelt.stderr).toContain('Did you mean UCBULK_DRY_RUN?');
    const foreign = await program(line, { UCBULK_BUCKETS_OF_MINE: '1' });
    expect(foreign.stderr).toMatch(
      /There is no variable UCBULK_BUCKETS_OF_MINE: it is ignored[\s\S]*\nerror: (?!There is no variable)/,
    );
  },
);

test.each([
  ['UCBULK_SIGNING_SECRET', ''],
  ['UCBULK_STATE', ''],
  ['UCBULK_TARGET_URL', ''],
  ['UCBULK_REQUIRE_SERVICES', ''],
  ['UCBULK_TEST_BUG', ''],
  ['UCBULK_PREFIX', 'where: { name: "${{ env.UCBULK_PREFIX }}*" }\n'],
  ['UCBULK_RATES', 'vars: { rate: "${{ env.UCBULK_RATES }}" }\n'],
  [
    'UCBULK_TARGET_KEY',
    'projects: { two: { publicKey: "${{ env.UCBULK_TARGET_KEY }}", secretKey: "${{ env.TWO_SECRET_KEY }}" } }\n',
  ],
])('%s is a variable of ucbulk, of its tests or of the job', async (name, lines) => {
  const job = lines.startsWith('projects:')
    ? DELETE.replace('files: {}', 'project: two, files: {}').replace(
        'delete',
        'delete, project: two',
      )
    : DELETE;
  const { stderr } = await program('run - --yes', { [name]: 'one' }, job + lines);
  expect(stderr).toContain('UPLOADCARE_PUBLIC_KEY is not set');
});

test('an empty variable is not set, whatever its name', async () => {
  const { stderr } = await program('run - --yes', { UCBULK_DRYRUN: '' }, DELETE);
  expect(stderr).toContain('UPLOADCARE_PUBLIC_KEY is not set');
});

test('every variable that a help text names is known', async () => {
  const known = await listVariables(addAllCommands);
  const commands =
    'plan apply approve show run resume status runs items resolve report rewrite validate schema project'
      .split(' ')
      .concat([
        'clean',
        'retry',
        'doctor',
        'webhooks list',
        'webhooks create',
        'webhooks update',
        'emulator',
        'demo',
      ]);
  const named = new Set<string>();
  for (const command of commands) {
    const { stdout } = await program(`${command} --help`);
    for (const [name] of stdout.replaceAll(/\n\s+/g, '').matchAll(/UCBULK_[A-Z_]+(?=\])/g)) {
      named.add(name);
    }
  }
  expect([...known].sort()).toEqual([...named, 'UCBULK_SENDMAIL'].sort());
});

test('a variable in a default that --var replaces is a variable of the job', async () => {
  const job = `${DELETE}vars: { rate: "${'${{ env.UCBULK_RATES }}'}" }\n`;
  const { stderr } = await program('run - --yes --var rate=5', { UCBULK_RATES: '1' }, job);
  expect(stderr).toContain('UPLOADCARE_PUBLIC_KEY is not set');
});

test.each(['UCBULK_APPROVED_BY', 'UCBULK_MAX_AGE'])(
  'an empty %s is refused: apply must not run without the rule',
  async (name) => {
    const { code, stderr } = await program('apply some.plan', { [name]: '' });
    expect(code).toBe(2);
    expect(stderr).toContain(`${name} is empty. Nothing was sent.`);
  },
);
