import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openShell } from '../support/run-cli.ts';

// Sets the title, moves the cursor, links, clears the line, and turns the text round.
const ESCAPES = '\u001B]0;owned\u0007\u001B[2J\u001B]8;;https://evil.test\u0007\r\u202E\u009B31m';
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through.
const HARMFUL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

test('names with escape sequences never reach the terminal, and are whole in the data', async () => {
  const shell = await openShell({ files: 10 });
  const name = `a${ESCAPES.replaceAll('/', ':')}.txt`;
  mkdirSync(join(shell.cwd, 'photos'));
  writeFileSync(join(shell.cwd, 'photos', name), '');
  shell.write(
    'up.yaml',
    'version: 1\nname: up\nsource: { folder: { path: photos } }\nsteps: [{ uses: upload }]\n',
  );

  const run = await shell.ucbulk(['run', 'up.yaml', '--log-level', 'info']);
  const id = /run (\S+)/.exec(run.stdout + run.stderr)?.[1] ?? 'none';
  const items = await shell.ucbulk(['items', id]);
  const json = await shell.ucbulk(['items', id, '--json']);

  expect(run.code).toBe(0);
  for (const text of [run.stdout, run.stderr, items.stdout, items.stderr, json.stdout]) {
    expect(text.replaceAll('\r\n', '\n')).not.toMatch(HARMFUL);
  }
  expect(items.stdout).toContain('.txt');
  expect(json.documents).toMatchObject([{ key: name }]);
});

test('a bad row of a list is shown without its escape sequences', async () => {
  const shell = await openShell({ files: 10 });
  shell.write('rows.csv', `uuid\n${ESCAPES}\n`);
  shell.write(
    'rows.yaml',
    'version: 1\nname: rows\nsource: { list: { path: rows.csv, column: uuid } }\nsteps: [{ uses: store }]\n',
  );
  const end = await shell.ucbulk(['run', 'rows.yaml']);
  expect(end.code).not.toBe(0);
  expect(end.stderr).toContain('rows.csv');
  expect(end.stderr).not.toMatch(HARMFUL);
});

test('names that a spreadsheet would run are text in the report', async () => {
  const shell = await openShell({ files: 10 });
  mkdirSync(join(shell.cwd, 'photos'));
  for (const name of ['=HYPERLINK(1)', '+1', '-1', '@SUM(1)', '\t=1']) {
    writeFileSync(join(shell.cwd, 'photos', name), '');
  }
  shell.write(
    'up.yaml',
    'version: 1\nname: up\nsource: { folder: { path: photos } }\nsteps: [{ uses: upload }]\n',
  );
  const { documents } = await shell.ucbulk(['run', 'up.yaml', '--json']);
  const { stdout } = await shell.ucbulk(['report', String(documents[0]?.run)]);
  const cells =
    stdout
      .split('\r\n')
      .slice(1)
      .join('\n')
      .match(/(?<=")[^",]+(?=")/g) ?? [];
  expect(cells.length).toBeGreaterThan(20);
  expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
});
