import { expect, test } from 'vitest';
import { program } from '../../support/program-line.ts';

test.each([
  'run j.yaml --yes --dry-run=maybe',
  'run j.yaml -n=ja',
  'run j.yaml -n yes',
  'run j.yaml --dry-run false',
  'run j.yaml --yes=2',
  'run j.yaml --yes.x=1',
  'run j.yaml --help=yes',
  'run j.yaml --version=1',
  'resume --dry-run=ok',
  'resume -n --no-dry-run',
  'validate j.yaml --quiet=maybe',
  'status --json=maybe',
  'report 20261121-205404-k3x9 -q=maybe',
  'items 20261121-205404-k3x9 --candidates=maybe',
  'rewrite 20261121-205404-k3x9 site --dry-run=maybe',
  'rewrite 20261121-205404-k3x9 site --bare-uuids=maybe',
  'rewrite 20261121-205404-k3x9 --dry-run true',
  'resolve 20261121-205404-k3x9 --as redo --json=maybe',
  'webhooks update 7 --active=maybe',
  'webhooks list --quiet=maybe',
  'emulator --quiet=maybe',
  'emulator --port=',
  'demo --json=maybe',
  'doctor --json=maybe',
  'project --json=maybe',
  'schema --json=maybe',
  'runs --json=maybe',
])('ucbulk %s: exit 2, and nothing was done', async (line) => {
  const { code, stdout, stderr } = await program(line);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^error: (`|-|Unknown argument|FILES is missing)/);
});

test.each(['--port', '--upload-port', '--cdn-port'])(
  'ucbulk emulator %s: a number that is no port is wrong usage',
  async (flag) => {
    const { code, stderr } = await program(`emulator ${flag} 65536`);
    expect(code).toBe(2);
    expect(stderr).toContain(`${flag} takes a port from 0 to 65535, got \`65536\``);
  },
);

test.each([
  ['runs --bogus-flag', 'Unknown argument: bogus-flag. Add'],
  ['runs --bogus-flag --other-one=1 x', 'Unknown arguments: bogus-flag, other-one, x. Add'],
  ['runs --jsno', 'Unknown argument: jsno. Did you mean --json?'],
])('ucbulk %s: each unknown word is named once, as it was typed', async (line, message) => {
  const { code, stderr } = await program(line);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test.each(['config', 'file', 'webhooks', 'metadata'])(
  'ucbulk %s without a second word shows its commands, and fails',
  async (noun) => {
    const { code, stdout, stderr } = await program(noun);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      new RegExp(`Commands:\\n  ucbulk ${noun} \\w[^]*\nerror: Which command\\?`),
    );
  },
);

const ONE_TOO_MANY = 'so it is an argument, and it is one too many. ';
const AS_FLAG = `${ONE_TOO_MANY}To use it as a flag, put it before \`--\`. Nothing was done.`;

test.each([
  ['run j.yaml -y -- -n', `\`-n\` is after \`--\`, ${AS_FLAG}`],
  ['run j.yaml -y -- --dry-run', `\`--dry-run\` is after \`--\`, ${AS_FLAG}`],
  ['run -y j.yaml -- foo', `\`foo\` is after \`--\`, ${ONE_TOO_MANY}Leave it out`],
  ['run -y -- j.yaml --dry-run', `\`--dry-run\` is after \`--\`, ${AS_FLAG}`],
  ['run j.yaml --rate -- 5', `\`5\` is after \`--\`, ${ONE_TOO_MANY}`],
  ['resume -y -- -n', '`-n` is neither the id of a run'],
  ['resume -y 20261121-205404-k3x9 -- -n', AS_FLAG],
  ['status 20261121-205404-k3x9 -- --json', AS_FLAG],
  ['runs -- --version', AS_FLAG],
  ['items 20261121-205404-k3x9 -- x', ONE_TOO_MANY],
  ['report 20261121-205404-k3x9 -- x', ONE_TOO_MANY],
  ['validate j.yaml -- --quiet', AS_FLAG],
  ['schema -- --json', AS_FLAG],
  ['project -- x', ONE_TOO_MANY],
  ['doctor 20261121-205404-k3x9 -- x', ONE_TOO_MANY],
  ['webhooks list -- x', ONE_TOO_MANY],
  ['webhooks delete 7 -- 8', ONE_TOO_MANY],
  ['webhooks delete -- -7', "A webhook's id is a number, got `-7`"],
  ['webhooks -- delete', 'Put the command before it: `ucbulk webhooks delete …`'],
  ['emulator -- --port', AS_FLAG],
  ['demo cleanup -- x', ONE_TOO_MANY],
  ['-- run j.yaml', 'Put the command before it: `ucbulk run …`'],
  ['--', 'Which command?'],
  ['run --', 'JOB is missing'],
])('ucbulk %s: no word after the dashes is lost', async (line, message) => {
  const { code, stdout, stderr } = await program(line);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

test.each([
  ['validate --json -- -', {}],
  ['validate -q --json -- -', { UCBULK_QUIET: 'no' }],
])('ucbulk %s: the word after the dashes is the job', async (line, env) => {
  const { code, stdout } = await program(line, env, JOB);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ type: 'job' });
});

test.each(['-n', 'true', '05', '--', '--help'])(
  'ucbulk validate -- %s: the job file has that name',
  async (name) => {
    const { code, stderr } = await program(`validate -- ${name}`);
    expect(code).toBe(2);
    expect(stderr).toContain(`There is no file ${name} in /nonexistent.`);
  },
);

test.each([
  ['UCBULK_DRY_RUN', 'maybe', 'UCBULK_DRY_RUN takes true, false, yes, no, on, off, 1 or 0; got'],
  ['UCBULK_DRY_RUN', ' ', 'UCBULK_DRY_RUN takes true, false'],
  ['UCBULK_YES', '2', 'UCBULK_YES takes true, false'],
  ['UCBULK_JSON', 'maybe', 'UCBULK_JSON takes true, false'],
  ['UCBULK_LOG_LEVEL', 'loud', 'UCBULK_LOG_LEVEL takes one of'],
  ['UCBULK_AUTH', 'none', 'UCBULK_AUTH takes one of signed, simple; got `none`'],
])('%s=%j is refused by its name', async (name, value, message) => {
  const { code, stderr } = await program('run j.yaml', { [name]: value });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test.each(['1', 'true', 'yes', 'on', 'y', 'TRUE', 'true '])(
  'UCBULK_JSON=%j prints a document',
  async (value) => {
    const { code, stdout } = await program('schema', { UCBULK_JSON: value });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'schema' });
  },
);

test('a flag goes before its variable, and an empty variable is not set', async () => {
  const off = await program('schema --json=no', { UCBULK_JSON: 'yes', UCBULK_QUIET: '' });
  expect(JSON.parse(off.stdout)).not.toHaveProperty('type', 'schema');
  const on = await program('schema --json=yes', { UCBULK_JSON: 'off', UCBULK_LOG_LEVEL: ' info ' });
  expect(JSON.parse(on.stdout)).toMatchObject({ type: 'schema' });
});

test('an error is a document for who asks for JSON in any words', async () => {
  const { stdout } = await program('status --json=on --state /nonexistent');
  expect(JSON.parse(stdout)).toMatchObject({ type: 'error', exitCode: 2 });
});

const JOB = 'version: 1\nname: t\nsource: { files: {} }\nsteps: [{ uses: info }]\n';

test('a dash is a job on standard input', async () => {
  const { code, stdout } = await program('validate -', {}, JOB);
  expect([code, stdout.split('\n')[0]]).toEqual([0, 'The job is valid.']);
});

test.each([
  [
    'validate -',
    JOB.replace('files: {}', 'list: { path: "-" }'),
    "source.list.path can't be - too",
  ],
  ['run - --dry-run', JOB.replace('info', 'inof'), '-:4:17: unknown operation "inof"'],
  ['validate ---', JOB, 'JOB is empty: name a job file, or - for standard input.'],
])('ucbulk %s with a job that can not be: exit 2', async (line, input, message) => {
  const { code, stderr } = await program(line, {}, input);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test.each([
  ['rm', 'delete'],
  ['delete a', 'delete'],
  ['copy', 'local-copy'],
])('`ucbulk %s` names the command of `ucbulk file`', async (line, verb) => {
  const { code, stderr } = await program(line);
  expect(stderr).toContain(`Did you mean \`ucbulk file ${verb}\`?`);
  expect(code).toBe(2);
});

test.each([
  ['hlep', 'There is no such command. `ucbulk --help` lists them.'],
  ['xyzzy', '--help'],
  ['file list --json uuid,size', 'Write `--json=uuid,size`, with `=`. Nothing was done.'],
  ['verify', 'RUN is missing: `ucbulk verify RUN`'],
])('%s is explained, and no other command is recommended', async (line, words) => {
  const { code, stderr } = await program(line);
  expect(code).toBe(2);
  expect(stderr).toContain(words);
  expect(stderr).not.toContain('Did you mean');
});

test('a job file in the place of a command: the command to run it', async () => {
  const { code, stderr } = await program('jobs/clean.yaml --dry-run');
  expect(stderr).toContain(
    'error: jobs/clean.yaml is a file, not a command. Did you mean `ucbulk run jobs/clean.yaml`?',
  );
  expect(code).toBe(2);
});

test.each([
  [
    'report latest --format cost',
    '--format takes csv, ndjson, json, html, gallery, map, decisions or costs; got `cost`',
    'costs',
  ],
  [
    'run j.yaml --on-conflict wiat',
    '--on-conflict takes fail, wait, skip or share; got `wiat`',
    'wait',
  ],
  ['items latest --state faild', '--state takes ', 'failed'],
  ['report latest --dialect mysq', '--dialect takes ', 'mysql'],
])('%s: names the choices of the flag, and the likely one', async (line, text, meant) => {
  const { code, stderr } = await program(line);
  expect(code).toBe(2);
  expect(stderr).toContain(text);
  expect(stderr).toContain(`Nothing was done. Did you mean ${meant}?`);
});

test('a value that is no choice and is like none has no suggestion', async () => {
  const { stderr } = await program('report latest --format spreadsheet');
  expect(stderr).toContain('got `spreadsheet`. Nothing was done.');
  expect(stderr).not.toContain('Did you mean');
});

test('the help has a space between the parts of a flag', async () => {
  const { stdout } = await program('report --help');
  expect(stdout).toContain('[UCBULK_DIALECT]');
  expect(stdout).not.toContain('][');
});

test('an empty command line says where to start', async () => {
  const { code, stdout, stderr } = await program('');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('Start here:\n  ucbulk demo');
});

test.each(['run -h', 'file delete -h', '-h'])('ucbulk %s prints the help', async (line) => {
  const { code, stdout, stderr } = await program(line);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('Options');
});
