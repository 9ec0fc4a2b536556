import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { addAllCommands } from '../../../src/cli/add-commands.ts';
import { completionScript, type Shell } from '../../../src/cli/completion/completion-scripts.ts';
import { readCommands } from '../../../src/cli/read-commands.ts';
import { requireService } from '../../support/require-service.ts';
import { TEMP_ROOT } from '../../support/temp-root.ts';

const COMMANDS = await readCommands(addAllCommands);
const ROOT = mkdtempSync(join(TEMP_ROOT, 'ucbulk-completion-'));
const FOLDER = join(ROOT, 'work');
const CAPTURE = fileURLToPath(new URL('../../support/zsh-capture.zsh', import.meta.url));
const RUNS = ['20261121-205404-k3x9', '20261120-010101-abcd'];

mkdirSync(join(FOLDER, 'sub'), { recursive: true });
for (const name of ['store.yaml', 'store it.yml', 'notes.txt'])
  writeFileSync(join(FOLDER, name), '');
mkdirSync(join(ROOT, 'bin'));
// The second id in the line is that of the run that the first one continues.
const documents = RUNS.map(
  (run) =>
    `{"version":1,"type":"run","run":"${run}","since":{"from":null,"run":"20250101-000000-zzzz"}}`,
);
writeFileSync(
  join(ROOT, 'bin/ucbulk'),
  `#!/bin/sh\nprintf '%s\\n' ${documents.map((line) => `'${line}'`).join(' ')}\n`,
);
chmodSync(join(ROOT, 'bin/ucbulk'), 0o755);
mkdirSync(join(ROOT, 'functions'));
const scripts: Readonly<Record<Shell, string>> = {
  bash: join(ROOT, 'ucbulk.bash'),
  zsh: join(ROOT, 'functions/_ucbulk'),
  fish: join(ROOT, 'ucbulk.fish'),
};
for (const shell of ['bash', 'zsh', 'fish'] as const) {
  writeFileSync(scripts[shell], completionScript(shell, COMMANDS));
}
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

function runShell(shell: string, args: readonly string[]): string[] {
  const env = { PATH: `${join(ROOT, 'bin')}:${process.env['PATH']}`, HOME: ROOT, TERM: 'dumb' };
  const text = execFileSync(shell, args, {
    encoding: 'utf8',
    cwd: FOLDER,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return text.split('\n').filter((line) => line !== '');
}

/** bash splits a line at spaces and at `=`, so these lines have no quotes. */
function offersOfBash(line: string): string[] {
  const words = line.split(/ |(=)/).filter((word) => word !== undefined);
  const list = words.map((word) => `'${word}'`).join(' ');
  const script = `source '${scripts.bash}'
COMP_WORDS=(${list}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _ucbulk; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return runShell('bash', ['--norc', '-c', script]);
}

function offersOfZsh(setup: string): (line: string) => string[] {
  return (line) => {
    const out = join(ROOT, 'offers');
    rmSync(out, { force: true });
    runShell('zsh', ['-f', CAPTURE, setup, out, line]);
    const text = existsSync(out) ? readFileSync(out, 'utf8') : '';
    return text.split('\n').map((word) => word.replaceAll('\\', ''));
  };
}

function offersOfFish(line: string): string[] {
  const script = `source '${scripts.fish}'; complete -C '${line}'`;
  const words = runShell('fish', ['--no-config', '-c', script]);
  return words.map((word) => word.split('\t')[0]?.replace(/^--format=/, '') ?? '');
}

const COMPINIT = 'autoload -Uz compinit && compinit -u -D';
const SHELLS = [
  { name: 'bash', path: requireService('bash', 'bash'), offers: offersOfBash },
  {
    name: 'zsh, from a folder of functions',
    path: requireService('zsh', 'zsh'),
    offers: offersOfZsh(`fpath=('${join(ROOT, 'functions')}' $fpath); ${COMPINIT}`),
  },
  {
    name: 'zsh, with source',
    path: requireService('zsh', 'zsh'),
    offers: offersOfZsh(`${COMPINIT}; source '${scripts.zsh}'`),
  },
  { name: 'fish', path: requireService('fish', 'fish'), offers: offersOfFish },
];

describe.each(SHELLS)('$name', ({ path, offers }) => {
  const offered = (line: string) => [...new Set(offers(line).filter((word) => word !== ''))].sort();
  test.skipIf(path === null).each([
    ['ucbulk rew', ['rewrite']],
    ['ucbulk webhooks u', ['unsubscribe', 'update']],
    ['ucbulk file delete --older', ['--older-than']],
    ['ucbulk run --dry', ['--dry-run']],
    ['ucbulk run --he', ['--help']],
    ['ucbulk status 2', [...RUNS].sort()],
    ['ucbulk items lat', ['latest']],
    ['ucbulk completion ', ['bash', 'fish', 'zsh']],
    ['ucbulk items latest --state f', ['failed']],
    ['ucbulk report latest --format c', ['costs', 'csv']],
    ['ucbulk report latest --format=c', ['costs', 'csv']],
    ['ucbulk report latest -o n', ['notes.txt']],
    ['ucbulk file info ', []],
  ])('%j', (line, expected) => {
    expect(offered(line)).toEqual(expected);
  });

  test.skipIf(path === null)('job files, also with a space in the name', () => {
    const files = offered('ucbulk run sto');
    expect(files).toEqual(['store it.yml', 'store.yaml']);
  });
});
