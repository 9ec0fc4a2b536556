import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { program } from '../../../support/program-line.ts';
import { TEMP_ROOT } from '../../../support/temp-root.ts';

const KEYS = {
  UPLOADCARE_PUBLIC_KEY: 'demopublickey',
  UPLOADCARE_SECRET_KEY: 'demosecretkey',
  UCBULK_STATE: '/nonexistent/state',
};

/** Runs a command line. */
async function refusalOf(line: string): Promise<string> {
  const { code, stderr, stdout } = await program(line, KEYS);
  expect([code, stdout]).toEqual([2, '']);
  return stderr;
}

const DELETE = 'file delete --dry-run';

test.each([
  ['file delete', 'This would take every file of the project.'],
  [`${DELETE} --stored --unstored`, '--stored and --unstored exclude each other.'],
  [
    `${DELETE} --older-than 2d --newer-than 1d`,
    '--older-than and --newer-than: the condition matches no file: --newer-than is not more than --older-than',
  ],
  [
    `${DELETE} --min-size 10MB --max-size 1MB`,
    '--min-size and --max-size: the condition matches no file: --min-size is more than --max-size',
  ],
  [
    `${DELETE} --where file.size>`,
    '--where is not a condition: Unexpected token: EOF at character 11',
  ],
  [`${DELETE} --where file.sise>1`, '--where reads file.sise, which does not exist'],
  [`${DELETE} --where file.size`, '--where is double, expected true or false'],
  [`${DELETE} --limit 0 --all`, '--limit takes a whole number from 1 on, got `0`'],
  [`${DELETE} --older-than 0`, '--older-than takes a duration such as 24h or 7d10h, got `0`'],
  [`${DELETE} --older-than -1d`, '--older-than takes a duration such as 24h or 7d10h, got `-1d`'],
  [`${DELETE} --older-than=-1d`, 'got `-1d`'],
  [`${DELETE} --name=`, '--name needs a value'],
  [`${DELETE} --tag=`, '--tag needs a value'],
  [`${DELETE} --all --save=`, '--save is empty'],
  [
    `${DELETE} --all --save no/folder/j.yaml`,
    "--save can't write no/folder/j.yaml: there is no such file or folder",
  ],
  ['file remote-copy --all', '--target is missing'],
  ['convert document --all --format xyz', '--format: expected a format that Uploadcare can make'],
  ['addon execute remove_bg --all --params {"x":1}', 'unknown key "x" in --params; expected file'],
  ['group create --all --size 0', '--size is not a whole number from 1 to 100'],
  ['group delete xyz', 'an argument is not the id of a group'],
  ['metadata set --all a=1 a=2', 'The key `a` has two values. Keep one.'],
  ['import https://example.com/a.png --dry-run', '--dry-run reads URLs only from a file'],
  ['import', 'Name URLs, or a list of them'],
  ['upload', 'Name a folder, or files of one folder.'],
])('%s: names the flag and what to do', async (line, text) => {
  const stderr = await refusalOf(line);
  expect(stderr).toContain(text);
  expect(stderr).not.toMatch(/steps\[0\]|where\.|:\d+:\d+:|ENOENT: /);
});

test('--save does not replace a file', async () => {
  const folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-save-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'mine.yaml');
  writeFileSync(file, 'mine');
  expect(await refusalOf(`file delete --all --save ${file}`)).toContain('mine.yaml exists.');
});

test('a value that probably matches nothing is a warning that names the flag', async () => {
  const { stderr } = await program('file delete --mime jpg --save /nonexistent/j.yaml', KEYS);
  expect(stderr).toContain('warning: --mime is "jpg", which matches no MIME type');
});
