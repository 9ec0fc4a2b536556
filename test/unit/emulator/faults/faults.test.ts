import { expect, test } from 'vitest';
import type { Fault, FaultRule } from '../../../../src/emulator/emulator.ts';
import { setup } from '../emulator-caller.ts';

function bundle(fault: Fault, rule: Omit<FaultRule, 'fault'> = {}) {
  const parts = setup({ files: 2, storedShare: 0 });
  parts.emulator.faults.add({ fault, ...rule });
  const uuid = parts.emulator.projects[0]?.seededFile(0).uuid ?? '';
  const store = () => parts.call(`/files/${uuid}/storage/`, { method: 'PUT' });
  const isStored = () => parts.emulator.projects[0]?.counts().stored === 1;
  return { ...parts, store, isStored };
}

test('a throttle answers as the service does, Retry-After in three forms', () => {
  const inSeconds = bundle({ kind: 'throttle', retryAfterSeconds: 5 });
  expect(inSeconds.store()).toMatchObject({ status: 429, headers: { 'retry-after': '5' } });
  expect(inSeconds.isStored()).toBe(false);
  const asDate = bundle({ kind: 'throttle', retryAfterSeconds: 5, retryAfterForm: 'date' });
  expect(asDate.store().headers['retry-after']).toBe('Mon, 01 Jun 2026 12:00:05 GMT');
  const absent = bundle({ kind: 'throttle', retryAfterForm: 'absent' });
  expect(absent.store().headers).not.toHaveProperty('retry-after');
});

test('a status comes before the effect unless it is told to come after it', () => {
  const before = bundle({ kind: 'status', status: 503 });
  expect(before.store().status).toBe(503);
  expect(before.isStored()).toBe(false);
  const after = bundle({ kind: 'status', status: 500, body: 'html', when: 'after' });
  expect(after.store()).toMatchObject({
    status: 500,
    headers: { 'content-type': 'text/html; charset=utf-8' },
  });
  expect(after.isStored()).toBe(true);
});

test('a reset leaves no answer, and the effect only where it comes after it', () => {
  for (const when of ['before', 'after'] as const) {
    const { store, isStored, emulator } = bundle({ kind: 'reset', when });
    expect(store()).toMatchObject({ status: 0, body: '', fault: { kind: 'reset' } });
    expect(isStored()).toBe(when === 'after');
    expect(emulator.requestCounts()).toMatchObject([{ status: 0, count: 1 }]);
  }
});

test('truncated, slow and late answers are true answers with a word for the socket', () => {
  const cut = bundle({ kind: 'truncate', keepShare: 0.1 }).store();
  const whole = Buffer.byteLength(cut.body);
  expect(cut).toMatchObject({
    status: 200,
    fault: { kind: 'truncate', keepBytes: Math.floor(whole / 10) },
  });
  expect(bundle({ kind: 'slow', ms: 50 }).store().fault).toEqual({ kind: 'slow', ms: 50 });
  expect(bundle({ kind: 'delay', ms: 50 }).store().fault).toEqual({ kind: 'delay', ms: 50 });
});

test('an HTML 200 and a 401 keep the effect away', () => {
  const html = bundle({ kind: 'html' });
  expect(html.store()).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
  });
  const refused = bundle({ kind: 'unauthorized' });
  expect(refused.store()).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': 'Uploadcare' },
  });
  expect([html.isStored(), refused.isStored()]).toEqual([false, false]);
});

test('a rule meets the requests it is meant for: after, every, times', () => {
  const rule = { after: 2, every: 3, times: 2, method: 'PUT', path: '/files/' };
  const { store, call } = bundle({ kind: 'throttle' }, rule);
  const statuses = Array.from({ length: 12 }, () => {
    call('/files/');
    return store().status;
  });
  expect(statuses.map((status) => status === 429)).toEqual(
    Array.from({ length: 12 }, (_, turn) => turn === 2 || turn === 5),
  );
});

test('a probability is decided by the seed', () => {
  const hits = () => {
    const { store } = bundle({ kind: 'throttle' }, { probability: 0.3 });
    return Array.from({ length: 200 }, () => store().status === 429);
  };
  const first = hits();
  expect(hits()).toEqual(first);
  const count = first.filter(Boolean).length;
  expect(count).toBeGreaterThan(40);
  expect(count).toBeLessThan(80);
});

test('a rule that is taken away does nothing any more', () => {
  const { store, emulator } = bundle({ kind: 'throttle' });
  const later = emulator.faults.add({ fault: { kind: 'unauthorized' } });
  expect(store().status).toBe(429);
  emulator.faults.remove(1);
  expect(store().status).toBe(401);
  expect(emulator.faults.list()).toMatchObject([{ id: later, seen: 2, fired: 1 }]);
  emulator.faults.remove();
  expect(store().status).toBe(200);
});
