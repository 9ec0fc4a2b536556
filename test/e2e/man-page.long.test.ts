import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { requireService } from '../support/require-service.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';

const HELP2MAN = requireService('help2man', 'help2man');

test.skipIf(HELP2MAN === null)('man/ucbulk.1 is that of the help: `npm run man`', () => {
  const folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-man-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'ucbulk.1');
  execFileSync(process.execPath, ['config/write-man.mjs', path]);
  const page = readFileSync(path, 'utf8');
  expect(readFileSync('man/ucbulk.1', 'utf8')).toBe(page);
  expect(page).toContain('FLAGS OF A COMMAND');
});
