import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openLogFile } from '../../../src/cli/log-file.ts';
import { TEMP_ROOT } from '../../support/temp-root.ts';

function folder(): string {
  const path = mkdtempSync(join(TEMP_ROOT, 'ucbulk-log-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('lines are added to the file, which only its owner can read', () => {
  const path = join(folder(), 'run.log');
  openLogFile(path)('one');
  openLogFile(path)('two');
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a full file gets a number, and only some older files stay', () => {
  const path = join(folder(), 'run.log');
  const append = openLogFile(path, { maxBytes: 10, olderFiles: 2 });
  for (const line of ['first line', 'second line', 'third line', 'fourth line']) append(line);
  const files = [path, `${path}.1`, `${path}.2`].map((name) => readFileSync(name, 'utf8'));
  expect(files).toEqual(['fourth line\n', 'third line\n', 'second line\n']);
  expect(statSync(`${path}.3`, { throwIfNoEntry: false })).toBeUndefined();
});

test('a file that somebody moved is created again', () => {
  const path = join(folder(), 'run.log');
  const append = openLogFile(path);
  append('one');
  rmSync(path);
  append('two');
  expect(readFileSync(path, 'utf8')).toBe('two\n');
});

test('a path that can not be written is an error before the command begins', () => {
  const path = join(folder(), 'missing', 'run.log');
  expect(() => openLogFile(path)).toThrow(
    expect.objectContaining({
      kind: 'configuration',
      message: expect.stringMatching(/^The log file can't be written: ENOENT.*--log-file\.$/),
    }),
  );
});

test('a named pipe is refused: without a reader, it would block', () => {
  const path = join(folder(), 'pipe');
  execFileSync('mkfifo', [path]);
  expect(() => openLogFile(path)).toThrow(/is a named pipe/);
});
