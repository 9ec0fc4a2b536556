import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { stateCounts } from '../../../src/core/state-counts.ts';
import { WireError, type WireRequest } from '../../../src/core/world.ts';
import { isNotifyUrl, NOTIFY_EVENTS, type NotifyTarget } from '../../../src/job/notify-schema.ts';
import { endEvent, isBroken, type Notification } from '../../../src/notify/notification.ts';
import { sendNotification } from '../../../src/notify/send-notification.ts';

const NOTIFICATION: Notification = {
  event: 'failure',
  document: { event: 'failure', job: 'cut' },
  text: 'ucbulk: cut did not succeed',
};

/** Sends a notification to a service that gives these answers, one after the other: a status, an error code, or both. */
async function send(
  target: NotifyTarget,
  answers: readonly (number | string | { code: string; status: number })[] = [200],
  { notification = NOTIFICATION, env = {} as Record<string, string> } = {},
) {
  const sent: WireRequest[] = [];
  const pauses: number[] = [];
  const failure = await sendNotification(target, notification, {
    env,
    signal: new AbortController().signal,
    runProgram: async () => {
      throw new Error('No program may be started');
    },
    world: {
      clock: {
        now: () => 0,
        monotonic: () => 0,
        tick: async () => undefined,
        sleep: async (ms) => {
          pauses.push(ms);
        },
      },
      http: async (request) => {
        const answer = answers[sent.length] ?? 200;
        sent.push(request);
        if (typeof answer === 'number') return { status: answer, headers: {}, body: '' };
        const { code, status } =
          typeof answer === 'string' ? { code: answer, status: null } : answer;
        throw new WireError({ code, phase: 'ambiguous', message: code, status });
      },
    },
  });
  return { failure, sent, pauses };
}

const WEBHOOK: NotifyTarget = { webhook: { url: 'https://ops.example/hook?team=web' } };

test('a webhook gets the document, signed over its exact bytes', async () => {
  const target = { ...WEBHOOK, secret: { env: 'HOOK_SECRET' } };
  const { sent, failure } = await send(target, [204], { env: { HOOK_SECRET: 's3cret' } });
  expect(failure).toBeNull();
  const [request] = sent;
  expect(request).toMatchObject({
    method: 'POST',
    origin: 'https://ops.example',
    target: '/hook?team=web',
    body: '{"event":"failure","job":"cut"}',
  });
  const hash = createHmac('sha256', 's3cret')
    .update(request?.body ?? '')
    .digest('hex');
  expect(request?.headers['x-ucbulk-signature']).toBe(`sha256=${hash}`);
});

test('a signature without its secret is never left out', async () => {
  const { sent, failure } = await send({ ...WEBHOOK, secret: { env: 'HOOK_SECRET' } });
  expect(failure).toBe('webhook: the variable HOOK_SECRET is not set');
  expect(sent).toEqual([]);
});

test('Slack gets one text', async () => {
  const env = { SLACK: 'https://hooks.slack.example/T/B/x' };
  const { sent } = await send({ slack: { env: 'SLACK' } }, [200], { env });
  expect(sent[0]?.body).toBe('{"text":"ucbulk: cut did not succeed"}');
});

test.each([
  ['start', '/check/start'],
  ['success', '/check'],
  ['recovered', '/check'],
  ['attention', '/check/fail'],
  ['failure', '/check/fail'],
] as const)('a ping of %s goes to %s', async (event, target) => {
  const ping = { url: 'https://hc.example/check/' };
  const { sent } = await send({ ping }, [200], { notification: { ...NOTIFICATION, event } });
  expect(sent[0]?.target).toBe(target);
});

test('a target that fails for a moment is tried again, three times at most', async () => {
  expect(await send(WEBHOOK, [503, 'ECONNRESET', 200])).toMatchObject({
    failure: null,
    pauses: [1000, 3000],
  });
  const { failure, sent } = await send(WEBHOOK, ['deadline', 500, 429]);
  expect(failure).toBe('webhook: the answer was 429');
  expect(sent).toHaveLength(3);
});

test.each([
  [404, 'webhook: the answer was 404'],
  [302, 'webhook: it redirects (302); use the final address'],
])('an answer of %s is final', async (status, reason) => {
  const { failure, sent } = await send(WEBHOOK, [status]);
  expect(failure).toBe(reason);
  expect(sent).toHaveLength(1);
});

test.each(['too_large', 'deadline', 'ECONNRESET'])(
  'an answer without its end (%s) counts by its status',
  async (code) => {
    const got = await send(WEBHOOK, [{ code, status: 200 }]);
    expect(got.failure).toBeNull();
    expect(got.sent).toHaveLength(1);
    const refused = await send(WEBHOOK, [{ code, status: 403 }]);
    expect(refused.failure).toBe('webhook: the answer was 403');
    expect(refused.sent).toHaveLength(1);
    const busy = await send(WEBHOOK, [{ code, status: 500 }, 200]);
    expect(busy.failure).toBeNull();
    expect(busy.sent).toHaveLength(2);
  },
);

test('no message contains an address, which may be a secret', async () => {
  const env = { SLACK: 'http://hooks.slack.example/secret' };
  const wrong = await send({ slack: { env: 'SLACK' } }, [200], { env });
  const needs = 'needs a URL that begins with https:// and has no user name or password';
  expect(wrong.failure).toBe(`slack: the variable SLACK ${needs}`);
  const login = { SLACK: 'https://me:pass@hooks.slack.example/secret' };
  const named = await send({ slack: { env: 'SLACK' } }, [200], { env: login });
  expect(named.failure).toBe(`slack: the variable SLACK ${needs}`);
  const unset = await send({ slack: { env: 'SLACK' } });
  expect(unset.failure).toBe('slack: the variable SLACK has no address');
  const dead = await send(WEBHOOK, ['ENOTFOUND', 'ENOTFOUND', 'ENOTFOUND']);
  expect(dead.failure).toBe('webhook: no answer (ENOTFOUND)');
});

test.each([
  ['https://ops.example/x', true],
  ['http://127.0.0.1:8080/x', true],
  ['http://localhost/x', true],
  ['http://ops.example/x', false],
  ['https://user:secret@ops.example/x', false],
  ['ftp://ops.example/x', false],
  ['ops.example', false],
])('%s may get notifications: %s', (url, may) => {
  expect(isNotifyUrl(url)).toBe(may);
});

test('the exit code decides the event', () => {
  const events = [0, 1, 2, 3, 5, 7, 8, 10, 11, 12, 70, 130, 143].map((exitCode) => [
    exitCode,
    endEvent({ exitCode, meaning: '', error: null }, false),
  ]);
  expect(Object.fromEntries(events)).toEqual({
    0: 'success',
    1: 'failure',
    2: 'failure',
    3: 'failure',
    5: 'failure',
    7: 'attention',
    8: 'attention',
    10: null,
    11: 'attention',
    12: 'failure',
    70: 'failure',
    130: null,
    143: 'failure',
  });
  expect(endEvent({ exitCode: 0, meaning: '', error: null }, true)).toBe('recovered');
  expect(NOTIFY_EVENTS).toContain('recovered');
});

test.each([
  ['finished', { done: 1, skipped: 1 }, false],
  ['finished', { failed: 1 }, true],
  ['finished', { 'in-doubt': 1 }, true],
  ['interrupted', { done: 1 }, true],
] as const)('a run that is %s with %j did not succeed: %s', (state, counts, broken) => {
  expect(isBroken({ state, counts: stateCounts(counts) })).toBe(broken);
});
