import { expect, test } from 'vitest';
import type { ProgramEnd, ProgramStart } from '../../../src/core/run-program.ts';
import type { NotifyTarget } from '../../../src/job/notify-schema.ts';
import { sendNotification } from '../../../src/notify/send-notification.ts';

const OK: ProgramEnd = { exitCode: 0, startError: null, output: '' };
const MISSING: ProgramEnd = { exitCode: null, startError: 'ENOENT', output: '' };
const COMMAND: NotifyTarget = { command: ['/opt/notify', '$(id)'] };
const EMAIL: NotifyTarget = { email: { to: ['ops@example.com'], from: 'ucbulk@example.com' } };

/** Notifies a target. Its programs end like this, one after the other; `hangs` never ends by itself. */
async function send(
  target: NotifyTarget,
  ends: readonly (ProgramEnd | 'hangs')[] = [OK],
  env: Record<string, string> = {},
) {
  const started: ProgramStart[] = [];
  const hangs = ends.includes('hangs');
  const failure = await sendNotification(
    target,
    {
      event: 'failure',
      document: { event: 'failure', job: 'cut' },
      text: 'ucbulk: cut did not succeed\nbecause',
    },
    {
      env,
      signal: new AbortController().signal,
      world: {
        clock: {
          now: () => 0,
          monotonic: () => 0,
          tick: async () => undefined,
          // Time passes only if a program hangs.
          sleep: (_ms, signal) =>
            new Promise((resolve, reject) => {
              if (hangs) resolve();
              signal?.addEventListener('abort', () => reject(new Error('canceled')));
            }),
        },
        http: () => Promise.reject(new Error('No request may be sent')),
      },
      runProgram: async (start) => {
        const end = ends[started.length] ?? OK;
        started.push(start);
        if (end !== 'hangs') return end;
        return new Promise((resolve) => {
          const killed = () => resolve({ exitCode: null, startError: null, output: '' });
          if (start.signal.aborted) killed();
          start.signal.addEventListener('abort', killed);
        });
      },
    },
  );
  return { failure, started };
}

test('a command gets the document on its standard input, and its words unchanged', async () => {
  const { failure, started } = await send(COMMAND);
  expect(failure).toBeNull();
  expect(started).toMatchObject([
    { command: ['/opt/notify', '$(id)'], input: '{"event":"failure","job":"cut"}\n' },
  ]);
});

test.each([
  [{ ...OK, exitCode: 3, output: 'no network\nat line 4' }, 'ended with exit code 3: no network'],
  [{ ...OK, exitCode: 3 }, 'ended with exit code 3'],
  [MISSING, "can't be started (ENOENT)"],
  [{ ...OK, exitCode: null }, 'did not end in time'],
])('a command that fails is named with its reason', async (end, reason) => {
  expect((await send(COMMAND, [end])).failure).toBe(`command /opt/notify ${reason}`);
});

test('an e-mail is sent with sendmail, also if the PATH lacks its folder', async () => {
  const { failure, started } = await send(EMAIL, [MISSING, OK]);
  expect(failure).toBeNull();
  expect(started.map(({ command }) => command)).toEqual([
    ['sendmail', '-t', '-i'],
    ['/usr/sbin/sendmail', '-t', '-i'],
  ]);
  expect(started[1]?.input).toContain(
    'To: ops@example.com\nSubject: ucbulk: cut did not succeed\n',
  );
});

test('UCBULK_SENDMAIL names another program, and without one, the message does', async () => {
  const own = await send(EMAIL, [OK], { UCBULK_SENDMAIL: '/opt/my mail' });
  expect(own.started.map(({ command }) => command)).toEqual([['/opt/my mail', '-t', '-i']]);
  const none = await send(EMAIL, [MISSING, MISSING, MISSING]);
  expect(none.failure).toBe(
    "email: sendmail can't be started (ENOENT); set UCBULK_SENDMAIL to its path",
  );
});

test('a program that hangs is stopped', async () => {
  expect((await send(COMMAND, ['hangs'])).failure).toBe('command /opt/notify did not end in time');
  expect((await send(EMAIL, ['hangs'])).failure).toBe('email: sendmail did not end in time');
});
