import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { blocksOf, docPages } from '../support/doc-blocks.ts';
import { compilePrograms, installPackage } from '../support/installed-package.ts';
import { openShell, type Shell } from '../support/run-cli.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const JOB = blocksOf('README.md').find(({ language }) => language === 'yaml')?.text ?? '';
const PROGRAMS = blocksOf('docs/library.md').filter(({ language }) => language === 'ts');

test('the job file on the first screen is valid, and does what it says', async () => {
  const shell = await openShell();
  shell.write('readme.yaml', JOB);
  expect((await shell.ucbulk(['validate', 'readme.yaml'])).code).toBe(0);
  const end = await shell.ucbulk(['run', 'readme.yaml', '--yes', '--json']);
  expect(end.documents).toMatchObject([{ type: 'summary', state: 'finished', exitCode: 0 }]);
  expect(shell.project.counts().removed).toBeGreaterThan(50);
});

test('every command of every page is one that --help lists', async () => {
  const shell = await openShell();
  const { stdout } = await shell.ucbulk(['--help']);
  const text = docPages()
    .map((page) => readFileSync(join(ROOT, page), 'utf8'))
    .join('\n');
  const commands = new Set([...text.matchAll(/`ucbulk ([a-z]+)\b/g)].map(([, name]) => name));
  expect(commands.size).toBeGreaterThan(30);
  for (const name of commands) expect(stdout).toContain(`ucbulk ${name}`);
});

/** A shell with the programs of docs/library.md, compiled against the package. */
async function shellWithPrograms(): Promise<Shell> {
  const shell = await openShell();
  const names = PROGRAMS.map(({ text }, index) => {
    shell.write(`program-${index}.ts`, text);
    return `program-${index}.ts`;
  });
  shell.write('package.json', '{ "type": "module" }');
  installPackage(shell.cwd);
  compilePrograms(shell.cwd, names);
  return shell;
}

test('the programs of docs/library.md compile, and do what the page says', async () => {
  const shell = await shellWithPrograms();
  const printed: string[] = [];
  for (const index of PROGRAMS.keys()) {
    // Each program has files to delete.
    for (let count = 0; count < 5; count += 1)
      shell.project.addFile({ uploadedAt: '2026-01-01T00:00:00Z' });
    shell.write('job.yaml', JOB);
    const end = await shell.start([], { entry: join(shell.cwd, `program-${index}.js`) }).ended;
    expect(end.stderr).toBe('');
    expect(end.code).toBe(0);
    printed.push(end.stdout);
  }
  expect(printed).toEqual([
    expect.stringMatching(/^finished \d+\n$/),
    expect.stringMatching(/^(?:\d+ more items have an outcome\n)+$/),
    '',
    expect.stringMatching(/^interrupted\nfinished 5\n$/),
    '',
    '',
  ]);
});

/** Declarations of the names that the blocks of a page use and do not contain. */
const CONTEXT: Readonly<Record<string, string>> = {
  'docs/emulator.md': "import { createEmulator } from 'ucbulk/emulator';\n",
  'docs/own-code.md': `import { createCodeLoader, createRunContext, loadCode, loadJobFile, startRun } from 'ucbulk';
import type { Connection, OwnOperation, World } from 'ucbulk';
declare const operation: OwnOperation;
declare const effects: Map<string, number>;
declare const [text, folder, stateDirectory]: [string, string, string];
declare const world: World;
declare const connection: Connection;
`,
};

test('the code of every page compiles against the types of the package', async () => {
  const shell = await openShell();
  const blocks = docPages()
    .flatMap(blocksOf)
    // The block of docs/reports.md is a function for CloudFront: test/integration/server-redirects.test.ts runs it.
    .filter(({ page }) => !page.startsWith('src/') && page !== 'docs/reports.md')
    .filter(({ language }) => /^[jt]s$/.test(language));
  expect(new Set(blocks.map(({ page }) => page))).toEqual(
    new Set(['docs/emulator.md', 'docs/library.md', 'docs/own-code.md']),
  );
  shell.write('package.json', '{ "type": "module" }');
  installPackage(shell.cwd);
  for (const language of ['ts', 'js']) {
    const names = blocks
      .filter((block) => block.language === language)
      .map(({ page, line, text }) => {
        const name = `${page.replace(/\W/g, '-')}-${line}.ts`;
        const isProgram = text.includes("from 'ucbulk'") || text.includes('createEmulator }');
        shell.write(name, isProgram ? text : `${CONTEXT[page]}${text}`);
        return name;
      });
    compilePrograms(shell.cwd, names, { isTyped: language === 'ts' });
  }
});
