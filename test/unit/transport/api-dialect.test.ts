import { expect, test } from 'vitest';
import {
  type ApiDialect,
  PART_STORAGE,
  REST_V06,
  UPLOAD_API,
} from '../../../src/transport/api-dialect.ts';
import { createTransport } from '../../../src/transport/create-transport.ts';
import { OPEN_GATE } from '../../../src/transport/open-gate.ts';
import type { Payload, ReadRequest } from '../../../src/transport/send.ts';
import type { RequestLine } from '../../../src/transport/with-logging.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { answers, breaks, type Step, scriptedHttp } from '../../support/scripted-http.ts';

function setup(dialect: ApiDialect, step: Step, isSigned = false) {
  const { http, sent } = scriptedHttp(step);
  const lines: RequestLine[] = [];
  const { send } = createTransport({
    world: { http, clock: new FakeClock(), random: () => 0, crash: () => {} },
    origin: 'https://api.test',
    dialect,
    signer: isSigned ? () => ({ authorization: 'x' }) : null,
    gate: OPEN_GATE,
    userAgent: 'ucbulk/1',
    log: (line) => lines.push(line),
    limits: { maxTries: 1 },
  });
  const read: ReadRequest = {
    method: 'GET',
    target: '/info/?pub_key=hush',
    mutates: false,
    signal: new AbortController().signal,
  };
  return { send, sent, lines, read };
}

const PAYLOAD: Payload = {
  contentType: 'image/png',
  bytes: {
    size: 3,
    async *open() {
      yield new Uint8Array([1, 2, 3]);
    },
  },
};

test('API 0.6 is asked for by its Accept header', async () => {
  const { send, sent, read } = setup(REST_V06, answers(200), true);
  await send(read);
  expect(sent[0]?.headers).toMatchObject({
    accept: 'application/vnd.uploadcare-v0.6+json',
    authorization: 'x',
  });
});

test('an unsigned request has neither a signature nor a date', async () => {
  const { send, sent, read } = setup(UPLOAD_API, answers(200));
  await send(read);
  expect(Object.keys(sent[0]?.headers ?? {})).toEqual(['accept', 'content-type', 'user-agent']);
});

test('queries of the Upload API and of presigned URLs stay out of the log', async () => {
  const { send, lines, read } = setup(UPLOAD_API, answers(403, 'pub_key is invalid.'));
  await expect(send(read)).rejects.toMatchObject({ fatalCause: 'credentials' });
  expect(lines).toMatchObject([{ kind: 'failed', target: '/info/' }]);
  expect(JSON.stringify(lines)).not.toContain('hush');
});

test('a payload goes out in place of JSON, to the origin it names', async () => {
  const { send, sent, read } = setup(PART_STORAGE, answers(200, ''));
  const part = { ...read, method: 'PUT', payload: PAYLOAD, origin: 'https://s3.test' } as const;
  expect(await send(part)).toMatchObject({ status: 200, body: null });
  expect(sent[0]).toMatchObject({ origin: 'https://s3.test', body: null, bytes: { size: 3 } });
  expect(sent[0]?.headers['content-type']).toBe('image/png');
});

test.each([{ payload: PAYLOAD }, { origin: 'https://evil.test' }])(
  'a signed request with %j never leaves',
  async (extra) => {
    const { send, sent, read } = setup(REST_V06, answers(200), true);
    await expect(send({ ...read, ...extra })).rejects.toMatchObject({ fatalCause: 'bug' });
    expect(sent).toEqual([]);
  },
);

test.each<[number, object]>([
  [403, { kind: 'permanent', code: 'part_refused' }],
  [503, { kind: 'transient', effect: 'none' }],
  [429, { kind: 'throttled' }],
  [301, { kind: 'transient' }],
])('a part that is answered with %i', (status, expected) => {
  const { read } = setup(PART_STORAGE, answers(200));
  const answer = { status, headers: {}, body: '<Error>SlowDown</Error>' };
  expect(PART_STORAGE.classify(read, answer, 0)).toMatchObject(expected);
});

test.each(['body_changed', 'body_unreadable'])(
  'a body that failed as %s has had no effect, and fails its item alone',
  async (code) => {
    const { send, read } = setup(UPLOAD_API, breaks('ambiguous', code));
    const upload = { ...read, method: 'POST', mutates: true, beforeSend: async () => {} } as const;
    await expect(send(upload)).rejects.toMatchObject({ kind: 'permanent', effect: 'none', code });
  },
);
