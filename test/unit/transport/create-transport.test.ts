import { expect, test } from 'vitest';
import { createTransport } from '../../../src/transport/create-transport.ts';
import type { Gate, GateFeedback } from '../../../src/transport/gate.ts';
import type { MutationRequest, ReadRequest, Send } from '../../../src/transport/send.ts';
import type { TransportLimits } from '../../../src/transport/transport-limits.ts';
import type { TransportEvent } from '../../../src/transport/with-gate.ts';
import type { RequestLine } from '../../../src/transport/with-logging.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { answers, breaks, guarded, type Step, scriptedHttp } from '../../support/scripted-http.ts';

const HOUR = 3_600_000;
/** Back: an intent is no older by it. */
const JUMP = -3000;

/** A gate that opens at once and writes down what it is told. */
function openGate() {
  const feedback: GateFeedback[] = [];
  let taken = 0;
  let rate = 10;
  const gate: Gate = {
    async take() {
      taken += 1;
    },
    report(told) {
      if (told.kind !== 'sent') feedback.push(told);
      if (told.kind === 'throttled') rate /= 2;
    },
    share() {},
    state: () => ({
      rate,
      isMeasured: false,
      closedForMs: 0,
      neededInFlight: 1,
      accepted: 0,
      throttled: 0,
    }),
    async close() {},
  };
  return { gate, feedback, taken: () => taken };
}

interface Changes {
  readonly limits?: Partial<TransportLimits>;
  readonly beforeSend?: (clock: FakeClock) => Promise<void>;
  readonly resyncClock?: (clock: FakeClock) => Promise<void>;
}

function setup(steps: readonly [Step, ...Step[]], changes: Changes = {}) {
  const clock = new FakeClock();
  const { http, sent } = scriptedHttp(...steps);
  const gate = openGate();
  const events: TransportEvent[] = [];
  const lines: RequestLine[] = [];
  const order: string[] = [];
  const transport = createTransport({
    world: { clock, http, random: () => 1, crash: (point) => void order.push(point) },
    origin: 'https://api.test',
    signer: ({ date }) => {
      order.push('signed');
      return { authorization: `signed ${date}` };
    },
    gate: gate.gate,
    userAgent: 'ucbulk/1.2.3',
    log: (line) => lines.push(line),
    onEvent: (event) => events.push(event),
    resyncClock: async () => changes.resyncClock?.(clock),
    ...(changes.limits === undefined ? {} : { limits: changes.limits }),
  });
  const stop = new AbortController();
  const list: ReadRequest = {
    method: 'GET',
    target: '/files/?limit=2',
    mutates: false,
    signal: stop.signal,
  };
  const store: MutationRequest = {
    method: 'PUT',
    target: '/files/storage/',
    body: ['a'],
    mutates: true,
    signal: stop.signal,
    beforeSend: async () => {
      order.push('intent');
      await changes.beforeSend?.(clock);
    },
  };
  return { ...gate, clock, sent, events, lines, order, transport, stop, list, store };
}

/** The result of a request once enough time went by. */
async function settled(clock: FakeClock, result: ReturnType<Send>, ms = HOUR) {
  const outcome = result.then(
    (response) => ({ response, failure: null }),
    (failure: unknown) => ({ response: null, failure }),
  );
  await clock.advance(ms);
  return outcome;
}

test('a request goes out as the API wants it, signed for the moment it leaves', async () => {
  const { sent, list, transport } = setup([answers(200, { a: 1 })]);
  const response = await transport.send(list);
  expect(response).toMatchObject({ status: 200, body: { a: 1 } });
  expect(sent).toMatchObject([
    {
      method: 'GET',
      origin: 'https://api.test',
      target: '/files/?limit=2',
      body: null,
      headers: {
        accept: 'application/vnd.uploadcare-v0.7+json',
        'content-type': 'application/json',
        'user-agent': 'ucbulk/1.2.3',
        date: 'Thu, 01 Jan 2026 00:00:00 GMT',
        authorization: 'signed Thu, 01 Jan 2026 00:00:00 GMT',
      },
    },
  ]);
});

test('a 204 is an answer without a body', async () => {
  const { list, transport } = setup([answers(204, '')]);
  expect((await transport.send(list)).body).toBeNull();
});

test('a mutation is durable, then signed, then written', async () => {
  const { order, store, transport } = setup([answers(200)]);
  await transport.send(store);
  expect(order).toEqual(['intent', 'before-write', 'signed', 'response-received']);
});

test('every try of a mutation has an intent of its own', async () => {
  const throttled = answers(429, {}, { 'retry-after': '1' });
  const unsent = breaks('unsent', 'ECONNREFUSED');
  const { clock, order, store, transport, taken } = setup([throttled, unsent, answers(200)]);
  const { response } = await settled(clock, transport.send(store));
  expect(response?.status).toBe(200);
  expect(order.filter((step) => step === 'intent')).toHaveLength(3);
  expect(order.filter((step) => step === 'signed')).toHaveLength(3);
  expect(taken()).toBe(3);
});

test('a clock that is set while an intent is written makes another intent, once it is sure what time it is', async () => {
  const jumps = [JUMP];
  const { clock, order, store, transport } = setup([guarded(answers(200)), guarded(answers(200))], {
    beforeSend: async (clock) => clock.jumpWall(jumps.pop() ?? 0),
    resyncClock: async (clock) => {
      order.push('asked');
      if (jumps.length === 0) clock.jumpWall(-JUMP);
    },
  });
  const { response } = await settled(clock, transport.send(store));
  expect(response?.status).toBe(200);
  const once = ['asked', 'intent', 'before-write', 'signed'];
  expect(order).toEqual([...once, ...once, 'after-write', 'response-received']);
});

test('when the intent cannot be made durable nothing is sent', async () => {
  const beforeSend = async () => {
    throw new Error('disk I/O error');
  };
  const { clock, sent, store, transport } = setup([answers(200)], { beforeSend });
  const { failure } = await settled(clock, transport.send(store));
  expect(failure).toMatchObject({ kind: 'fatal', fatalCause: 'bug' });
  expect(sent).toEqual([]);
});

test('an intent that grew old before the write is made anew', async () => {
  const pauses = [12_001];
  const world: ReturnType<typeof setup> = setup([
    guarded(answers(200), () => world.clock.pause(pauses.pop() ?? 11_999)),
  ]);
  const { response } = await settled(world.clock, world.transport.send(world.store));
  expect(response?.status).toBe(200);
  expect(world.order.filter((step) => step === 'intent')).toHaveLength(2);
});

/** A transport whose commits take so long; the last one again and again. */
function slowDisk(...commits: number[]) {
  return setup([guarded(answers(200))], {
    beforeSend: async (clock) => clock.pause(commits.length > 1 ? commits.shift()! : commits[0]!),
  });
}

const slowCommits = ({ events }: ReturnType<typeof setup>) =>
  events.filter(({ kind }) => kind === 'disk-slow');

test.each([
  [20, []],
  [1200, [{ kind: 'disk-slow', commitMs: 1200, isTooSlow: false }]],
  [10_000, [{ kind: 'disk-slow', commitMs: 10_000, isTooSlow: false }]],
])('a commit of %i ms does not keep its request back', async (commitMs, events) => {
  const world = slowDisk(commitMs);
  expect((await world.transport.send(world.store)).status).toBe(200);
  expect(world.order.filter((step) => step === 'intent')).toHaveLength(1);
  expect(slowCommits(world)).toEqual(events);
});

test('a pause inside the commit makes the intent old too', async () => {
  const world = slowDisk(12_001, 1);
  expect((await world.transport.send(world.store)).status).toBe(200);
  expect(world.order.filter((step) => step === 'intent')).toHaveLength(2);
  expect(world.sent).toHaveLength(2);
  expect(slowCommits(world)).toEqual([{ kind: 'disk-slow', commitMs: 12_001, isTooSlow: true }]);
});

test('a disk that is too slow for hours is no unreachable service, and is reported once a minute', async () => {
  const commits = Array.from({ length: 300 }, () => 13_000);
  const world = slowDisk(...commits, 1);
  expect((await world.transport.send(world.store)).status).toBe(200);
  expect(world.order.filter((step) => step === 'intent')).toHaveLength(301);
  expect(slowCommits(world)).toHaveLength(60);
});

test('a 429 is told to the gate, and the try waits for nothing but its next slot', async () => {
  const throttled = answers(429, {}, { 'retry-after': '7' });
  const { feedback, events, list, transport } = setup([throttled, throttled, answers(200)]);
  await transport.send(list); // no time passes
  expect(feedback.map(({ kind }) => kind)).toEqual(['throttled', 'throttled', 'accepted']);
  expect(feedback[0]).toMatchObject({ retryAfterMs: 7000 });
  expect(events).toContainEqual({ kind: 'throttled', retryAfterMs: 7000, rate: 5 });
  expect(events).toContainEqual({ kind: 'rate-changed', rate: 5 });
});

test('a refused item is accepted traffic as far as the gate is concerned', async () => {
  const { clock, feedback, list, transport } = setup([answers(400, { detail: 'no' })]);
  await settled(clock, transport.send(list));
  expect(feedback.map(({ kind }) => kind)).toEqual(['accepted']);
});

test('a lost connection tells the gate nothing about the limit', async () => {
  const { clock, feedback, store, transport } = setup([breaks('ambiguous', 'ECONNRESET')]);
  await settled(clock, transport.send(store));
  expect(feedback.map(({ kind }) => kind)).toEqual(['failed']);
});

test('a read is tried eight times', async () => {
  const { clock, sent, list, transport } = setup([answers(503)]);
  const { failure } = await settled(clock, transport.send(list));
  expect(failure).toMatchObject({ kind: 'transient', effect: 'none', code: 'http_503' });
  expect(sent).toHaveLength(8);
});

test('a read waits as long as a 503 asks for', async () => {
  const { clock, sent, list, transport } = setup([
    answers(503, {}, { 'retry-after': '120' }),
    answers(200),
  ]);
  const response = transport.send(list);
  await clock.advance(119_000);
  expect(sent).toHaveLength(1);
  await clock.advance(1000);
  expect((await response).status).toBe(200);
});

test.each([
  ['a 500', answers(500)],
  ['a 408', answers(408)],
  ['a reset', breaks('ambiguous', 'ECONNRESET')],
  ['a cut answer', breaks('ambiguous', 'UND_ERR_SOCKET')],
  ['a deadline', breaks('ambiguous', 'deadline')],
  ['a page of HTML', answers(200, '<html>')],
  ['half of a JSON', answers(200, '{"result": [')],
  ['an empty answer', answers(200, '')],
])('after %s a mutation is sent no second time', async (_, step) => {
  const { clock, sent, store, transport } = setup([step]);
  const { failure } = await settled(clock, transport.send(store));
  expect(failure).toMatchObject({ kind: 'transient', effect: 'unknown' });
  expect(sent).toHaveLength(1);
});

test('a mutation that never left is tried until the service counts as unreachable', async () => {
  const { clock, sent, store, transport } = setup([breaks('unsent', 'ENOTFOUND')]);
  const { failure } = await settled(clock, transport.send(store), 140_000);
  expect(failure).toMatchObject({
    kind: 'transient',
    effect: 'none',
    code: 'ENOTFOUND',
    fatalCause: 'service',
  });
  expect(sent.length).toBeGreaterThan(10);
});

test('a stop ends the wait for the next try', async () => {
  const { clock, sent, list, stop, transport } = setup([answers(503)]);
  const outcome = transport.send(list).catch((failure: unknown) => failure);
  await clock.advance(100);
  stop.abort();
  expect(await outcome).toMatchObject({ kind: 'canceled', effect: 'none' });
  expect(sent).toHaveLength(1);
});

test('a stop while the answer is awaited leaves the effect unknown', async () => {
  const { store, transport } = setup([breaks('ambiguous', 'aborted')]);
  await expect(transport.send(store)).rejects.toMatchObject({
    kind: 'canceled',
    effect: 'unknown',
  });
});

test('the request id of a cut answer is kept', async () => {
  const step = breaks('ambiguous', 'UND_ERR_SOCKET', { 'x-uploadcare-request-id': 'r-9' });
  const { store, transport } = setup([step]);
  await expect(transport.send(store)).rejects.toMatchObject({ requestId: 'r-9' });
});

/** A service that refuses what was signed more than 15 min off its own time. */
function strictService(offsetMs: number, clock: () => FakeClock): Step {
  return (request) => {
    const now = clock().now() + offsetMs;
    const date = new Date(now).toUTCString();
    const { date: signedAt = '' } = request.headers;
    const isStale = Math.abs(Date.parse(signedAt) - now) > 15 * 60_000;
    return { status: isStale ? 401 : 200, headers: { date }, body: '{}' };
  };
}

test('a clock that is off is corrected after one 401, with one warning', async () => {
  const world: ReturnType<typeof setup> = setup([strictService(2 * HOUR, () => world.clock)]);
  expect((await world.transport.send(world.store)).status).toBe(200);
  expect((await world.transport.send(world.list)).status).toBe(200);
  expect(world.sent).toHaveLength(3);
  const warnings = world.events.filter(({ kind }) => kind === 'clock-skewed');
  expect(warnings).toHaveLength(1);
  const offset = world.transport.serverNow() - world.clock.now();
  expect(Math.abs(offset - 2 * HOUR)).toBeLessThanOrEqual(1000);
  expect(world.order.filter((step) => step === 'intent')).toHaveLength(2);
});

test('keys that are refused stop the run at the first 401', async () => {
  const { clock, sent, store, transport } = setup([answers(401, { detail: 'Invalid signature.' })]);
  const { failure } = await settled(clock, transport.send(store));
  expect(failure).toMatchObject({ kind: 'fatal', fatalCause: 'credentials', status: 401 });
  expect(sent).toHaveLength(1);
});

test('refused keys and a wrong clock together are a 401 that names the clock', async () => {
  const world: ReturnType<typeof setup> = setup([
    () => ({
      status: 401,
      headers: { date: new Date(world.clock.now() - HOUR).toUTCString() },
      body: '{}',
    }),
  ]);
  const { failure } = await settled(world.clock, world.transport.send(world.list));
  expect(failure).toMatchObject({ kind: 'fatal', fatalCause: 'credentials' });
  expect(String(failure)).toMatch(/clock is (59m|1h|60m)/);
  expect(world.sent).toHaveLength(2);
});

test('the date of an error page does not move the clock', async () => {
  const { clock, list, transport } = setup([
    answers(502, '<html>', { date: 'Fri, 01 Jan 2027 00:00:00 GMT' }),
    answers(200, {}, { date: 'Thu, 01 Jan 2026 00:00:00 GMT' }),
  ]);
  await settled(clock, transport.send(list), 10_000);
  expect(transport.serverNow()).toBe(clock.now());
});

test('a line a request and a line a retry, without any secret', async () => {
  const refused = answers(503, '', { 'x-uploadcare-request-id': 'r-1' });
  const answer = answers(200, {}, { 'x-uploadcare-request-id': 'r-2' });
  const { clock, lines, list, transport } = setup([refused, answer]);
  await settled(clock, transport.send(list));
  expect(lines).toMatchObject([
    { kind: 'retry', tryNumber: 1, status: 503, requestId: 'r-1', ms: 500 },
    { kind: 'answered', method: 'GET', target: '/files/?limit=2', requestId: 'r-2', ms: 500 },
  ]);
  expect(JSON.stringify(lines)).not.toContain('signed');
});
