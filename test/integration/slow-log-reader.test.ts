// Tests src/cli/output.ts: the log of a run stays small in memory if nobody reads it.
import { expect, test } from 'vitest';
import { openOutput } from '../../src/cli/output.ts';
import type { Surroundings } from '../../src/cli/surroundings.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { SlowReader } from '../support/slow-reader.ts';

const LINES = 20_000;
const MOST_UNREAD = 1_100_000; // bytes; the bound of the log and one line

test('a log that nobody reads takes at most 1 MB of memory', async () => {
  const reader = new SlowReader();
  const stderr = reader.output();
  const surroundings = { stdout: stderr, stderr, env: {}, world: { clock: new FakeClock() } };
  const settings = { json: true, quiet: false, logLevel: 'debug' } as const;
  const { log } = await openOutput(settings, surroundings as unknown as Surroundings);
  for (let no = 0; no < LINES; no += 1) log('debug', { no, text: 'x'.repeat(100) }, 'Sent');
  expect(reader.peak).toBeGreaterThan(MOST_UNREAD / 2);
  expect(reader.peak).toBeLessThan(MOST_UNREAD);
  await new Promise((resolve) => reader.once('drain', resolve));
  log('debug', {}, 'Read again');
  await new Promise((resolve) => reader.end(resolve));
  const messages = reader.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).msg);
  expect(messages.at(-1)).toBe('Read again');
  expect(messages.at(-2)).toMatch(/^[\d,]+ log lines left out/);
});
