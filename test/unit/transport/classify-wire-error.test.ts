import { expect, test } from 'vitest';
import { WireError } from '../../../src/core/world.ts';
import { classifyWireError } from '../../../src/transport/classify-wire-error.ts';
import type { ApiRequest } from '../../../src/transport/send.ts';

const signal = new AbortController().signal;
const list: ApiRequest = { method: 'GET', target: '/files/', mutates: false, signal };
const store: ApiRequest = {
  method: 'PUT',
  target: '/files/storage/',
  mutates: true,
  signal,
  beforeSend: async () => {},
};

function failureFor(request: ApiRequest, phase: 'unsent' | 'ambiguous', code: string) {
  return classifyWireError(request, new WireError({ phase, code, message: 'm' }));
}

test.each([
  ['unsent', 'none'],
  ['ambiguous', 'unknown'],
] as const)('the effect of a mutation whose request was %s is %s', (phase, effect) => {
  const failure = failureFor(store, phase, 'ECONNRESET');
  expect(failure).toMatchObject({ kind: 'transient', effect, code: 'ECONNRESET' });
});

test('a read never has an effect', () => {
  expect(failureFor(list, 'ambiguous', 'ECONNRESET').effect).toBe('none');
});

test.each([
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'EPROTO',
])('%s while connecting is about the configuration', (code) => {
  expect(failureFor(list, 'unsent', code)).toMatchObject({
    kind: 'fatal',
    fatalCause: 'configuration',
    code,
  });
});

test.each(['proxy_unusable', 'proxy_login', 'proxy_refused'])(
  '%s is about the configuration: its sentence is shown as it is, and nothing was sent',
  (code) => {
    expect(failureFor(store, 'unsent', code)).toMatchObject({
      kind: 'fatal',
      fatalCause: 'configuration',
      effect: 'none',
      message: 'm',
    });
  },
);

test('a request the HTTP library refuses is a bug of ours', () => {
  expect(failureFor(store, 'unsent', 'UND_ERR_INVALID_ARG')).toMatchObject({ fatalCause: 'bug' });
});

test('a message names the code and the request', () => {
  const { message } = failureFor(store, 'unsent', 'ENOTFOUND');
  expect(message).toBe('ENOTFOUND on PUT /files/storage/: nothing was sent (m)');
});
