import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { WireError } from '../../../src/core/world.ts';
import { createTransport } from '../../../src/transport/create-transport.ts';
import { createPacerGate } from '../../../src/transport/pacer-gate.ts';
import type { ReadRequest } from '../../../src/transport/send.ts';
import type { TransportEvent } from '../../../src/transport/with-gate.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { createFixedRate } from '../../support/fixed-rate.ts';
import { answers, breaks, type Step, scriptedHttp } from '../../support/scripted-http.ts';

/** Sends one read for each script; `waits` has what was reported, by the time since the start. */
function setup(...steps: [Step, ...Step[]]) {
  const clock = new FakeClock();
  const startedAt = clock.now();
  const waits: { at: number; reason?: string; forMs?: number | null }[] = [];
  const runStop = new AbortController();
  const request = new AbortController();
  const { http, sent: sends } = scriptedHttp(...steps);
  const { send } = createTransport({
    world: { clock, http, random: () => 1, crash: () => undefined },
    origin: 'https://api.test',
    signer: () => ({}),
    gate: createPacerGate({ clock, rate: createFixedRate(100) }),
    stopSignal: runStop.signal,
    userAgent: 'test',
    onEvent: (event: TransportEvent) => {
      if (event.kind !== 'waiting') return;
      const at = clock.now() - startedAt;
      const { wait } = event;
      const forMs =
        wait?.until === undefined || wait.until === null ? null : wait.until - clock.now();
      waits.push(wait === null ? { at } : { at, reason: wait.reason, forMs });
    },
  });
  const list: ReadRequest = {
    method: 'GET',
    target: '/files/',
    mutates: false,
    signal: request.signal,
  };
  const sent = send(list).catch(() => undefined);
  return {
    clock,
    waits,
    sent,
    sends,
    runSignal: runStop.signal,
    requestSignal: request.signal,
    stopRequest: () => request.abort(),
    stopRun: () => runStop.abort(),
  };
}

const throttled = (headers = {}) => answers(429, {}, headers);

test.each([
  [{ 'retry-after': '120' }, '429, Retry-After 120 s', 120_000],
  [{ 'retry-after': '86400' }, '429, Retry-After 86400 s, capped at 15m', 900_000],
])(
  'a closed gate is reported with what the service asked for, %j',
  async (headers, words, forMs) => {
    const { clock, waits, sent } = setup(throttled(headers), answers(200, {}));
    await clock.advance(forMs + 1000);
    await sent;
    expect(waits).toEqual([
      { at: 0, reason: `paused by the service (${words})`, forMs },
      { at: forMs },
    ]);
  },
);

test('a pause of 2 s or less is no wait', async () => {
  const { clock, waits, sent } = setup(throttled({ 'retry-after': '2' }), answers(200, {}));
  await clock.advance(5000);
  await sent;
  expect(waits).toEqual([]);
});

test('the pause before a read is tried again is reported, and its end', async () => {
  const { clock, waits, sent } = setup(answers(503, {}, { 'retry-after': '30' }), answers(200, {}));
  await clock.advance(40_000);
  await sent;
  expect(waits).toEqual([
    { at: 0, reason: 'waiting to retry after HTTP 503 (Retry-After 30 s)', forMs: 30_000 },
    { at: 30_000 },
  ]);
});

test('the pause after a host was not found names the host, because its address may be wrong', async () => {
  const cause = new TypeError('fetch failed', {
    cause: Object.assign(new Error('getaddrinfo'), { hostname: 'shop.s3.example' }),
  });
  const away = () => {
    throw new WireError({ phase: 'unsent', code: 'ENOTFOUND', message: 'getaddrinfo', cause });
  };
  const { clock, waits, sent } = setup(away, away, away, away, answers(200, {}));
  await clock.advance(40_000);
  await sent;
  expect(waits[0]?.reason).toBe('waiting to retry after ENOTFOUND (shop.s3.example)');
});

test('so is the pause while the service cannot be reached', async () => {
  const away = breaks('unsent', 'ECONNREFUSED');
  const { clock, waits, sent } = setup(away, away, away, away, answers(200, {}));
  await clock.advance(40_000);
  await sent;
  expect(waits[0]).toEqual({
    at: 3500,
    reason: 'waiting to retry after ECONNREFUSED',
    forMs: 4000,
  });
});

/** Everything that others have attached to a signal: listeners, and what `AbortSignal.any` keeps. */
function attachedTo(signal: AbortSignal): number {
  const dependants = Object.getOwnPropertySymbols(signal)
    .filter((name) => name.description === 'kDependantSignals')
    .map((name): { size: number } | undefined => Reflect.get(signal, name));
  return getEventListeners(signal, 'abort').length + (dependants[0]?.size ?? 0);
}

test('waits before retries leave nothing on the signal of the run', async () => {
  const away = breaks('unsent', 'ECONNREFUSED');
  const { clock, sent, runSignal, requestSignal } = setup(away, away, away, answers(200, {}));
  const before = [runSignal, requestSignal].map(attachedTo);
  await clock.advance(40_000);
  await sent;
  expect([runSignal, requestSignal].map(attachedTo)).toEqual(before);
});

test.each(['runSignal', 'requestSignal'])(
  'an abort of the %s ends a wait before a retry',
  async (name) => {
    const { clock, sends, sent, stopRun, stopRequest } = setup(
      answers(503, {}, { 'retry-after': '30' }),
    );
    await clock.advance(1000);
    if (name === 'runSignal') stopRun();
    else stopRequest();
    await clock.tick();
    expect(clock.sleeping).toBe(0);
    await sent;
    expect(sends).toHaveLength(1);
  },
);

test('a stop ends the wait', async () => {
  const { clock, waits, sent, stopRequest } = setup(throttled({ 'retry-after': '120' }));
  await clock.advance(5000);
  stopRequest();
  await sent;
  expect(waits.map(({ at }) => at)).toEqual([0, 5000]);
});
