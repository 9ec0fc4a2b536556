import { expect, test } from 'vitest';
import { program } from '../../support/program-line.ts';

test.each([
  ['plan', '--compare'],
  ['apply', '--max-age'],
  ['retry', '--where'],
  ['clean', '--keep-last'],
  ['status', '--watch'],
  ['file list', '--stored'],
  ['file delete', '--unstored'],
  ['webhooks create', '--event'],
])('the help of %s shows its own options first, and shared ones last', async (command, own) => {
  const { stdout } = await program(`${command} --help`);
  const shared = stdout.indexOf('Options of many commands:');
  const place = stdout.indexOf(own);
  expect(place).toBeGreaterThan(0);
  expect(place).toBeLessThan(shared);
  expect(stdout.indexOf('--state-dir')).toBeGreaterThan(shared);
});
