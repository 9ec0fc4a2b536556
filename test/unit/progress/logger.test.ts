import { expect, test } from 'vitest';
import type { LogLevel } from '../../../src/progress/log-levels.ts';
import { createLogger } from '../../../src/progress/logger.ts';

const SECRET = 's3cr3tkey0123456789';

async function setup(
  options: { level?: LogLevel; pretty?: boolean; canPrint?: () => boolean } = {},
) {
  const lines: string[] = [];
  const log = await createLogger({
    level: options.level ?? 'trace',
    pretty: options.pretty ? { color: false } : null,
    hide: (text) => text.replaceAll(SECRET, '[redacted]'),
    now: () => 1000,
    canPrint: options.canPrint ?? (() => true),
    print: (line) => lines.push(line),
  });
  return { log, lines };
}

test('a line is JSON with level, time, fields and message', async () => {
  const { log, lines } = await setup();
  log('warn', { status: 503 }, 'Tried again');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: 'warn', time: 1000, status: 503, msg: 'Tried again' },
  ]);
});

test('lines are left out while the reader is too slow, and their number is logged', async () => {
  let isSlow = false;
  const { log, lines } = await setup({ level: 'info', canPrint: () => !isSlow });
  log('info', {}, 'one');
  isSlow = true;
  log('info', {}, 'two');
  log('debug', {}, 'below the level');
  log('warn', {}, 'three');
  isSlow = false;
  log('info', {}, 'four');
  log('info', {}, 'five');
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
    'one',
    '2 log lines left out, because the reader of stderr is too slow',
    'four',
    'five',
  ]);
});

test('secrets are redacted by name', async () => {
  const { log, lines } = await setup();
  log('info', { secretKey: 'x1', headers: { authorization: 'y1' }, signature: 'z1' }, 'sent');
  expect(lines[0]).not.toMatch(/x1|y1|z1/);
});

test('a known secret does not pass, wherever it hides', async () => {
  const { log, lines } = await setup();
  log('error', { note: `a ${SECRET} b`, deep: { er: [SECRET] } }, `said ${SECRET}`);
  expect(lines[0]).not.toContain(SECRET);
});

test.each([true, false])(
  'hostile text does not reach the terminal raw (pretty: %s)',
  async (pretty) => {
    const { log, lines } = await setup({ pretty });
    log('warn', { key: 'a\u001b[2Jb', '\u001b[31mname': 1 }, 'x\u009b31m\u202ey\nz');
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  },
);

test('what is below the level is not written', async () => {
  const { log, lines } = await setup({ level: 'warn' });
  log('info', {}, 'quiet');
  expect(lines).toEqual([]);
});

test('people get a line they can read', async () => {
  const { log, lines } = await setup({ pretty: true });
  log('warn', { status: 503 }, 'Tried again');
  expect(lines[0]).toMatch(/^\[\d\d:\d\d:\d\d\] WARN: Tried again \{"status":503\}$/);
});
