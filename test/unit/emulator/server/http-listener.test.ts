import { afterEach, expect, test } from 'vitest';
import {
  createEmulator,
  type EmulatorOptions,
  type Fault,
  type ListeningEmulator,
} from '../../../../src/emulator/emulator.ts';
import { ACCEPT, callers, HandClock } from '../emulator-caller.ts';

const open: ListeningEmulator[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function listening(options: EmulatorOptions = {}) {
  const clock = new HandClock();
  const emulator = createEmulator({ clock, files: 50, storedShare: 0, ...options });
  const parts = { emulator, ...callers(emulator) };
  const server = await parts.emulator.listen();
  open.push(server);
  const ask = (target: string, init: RequestInit = {}) =>
    fetch(server.origin + target, {
      ...init,
      headers: {
        accept: ACCEPT,
        authorization: 'Uploadcare.Simple demopublickey:demosecretkey',
        ...(init.body ? { 'content-type': 'application/json' } : {}),
      },
    });
  return { ...parts, server, ask };
}

test('over HTTP the answers are the same, and links lead back to the listener', async () => {
  const { ask, server, call } = await listening();
  const response = await ask('/files/?limit=10');
  expect(response.headers.get('content-type')).toBe('application/vnd.uploadcare-v0.7+json');
  expect(response.headers.get('date')).toBe('Mon, 01 Jun 2026 12:00:00 GMT');
  const page = (await response.json()) as { next: string; results: { uuid: string }[] };
  expect(page.next.startsWith(`${server.origin}/files/?limit=10&from=`)).toBe(true);
  expect(server.port).toBeGreaterThan(0);
  const inProcess = JSON.parse(String(call('/files/?limit=10').body));
  expect(page.results.map((file) => file.uuid)).toEqual(
    inProcess.results.map((file: { uuid: string }) => file.uuid),
  );
});

test('a DELETE carries its body', async () => {
  const { ask, emulator } = await listening();
  const uuids = [0, 1].map((index) => emulator.projects[0]?.seededFile(index).uuid);
  const response = await ask('/files/storage/', { method: 'DELETE', body: JSON.stringify(uuids) });
  expect(response.status).toBe(200);
  expect(emulator.projects[0]?.counts().removed).toBe(2);
});

test('a body beyond all measure is 413', async () => {
  const { ask } = await listening();
  const body = `["${'x'.repeat(9 * 1024 ** 2)}"]`;
  expect((await ask('/files/storage/', { method: 'PUT', body })).status).toBe(413);
});

test('a reset cuts the connection; the next request is answered', async () => {
  const { ask, emulator } = await listening();
  for (const when of ['before', 'after'] as const) {
    emulator.faults.add({ fault: { kind: 'reset', when }, times: 1 });
    await expect(ask('/project/')).rejects.toThrow();
    expect((await ask('/project/')).status).toBe(200);
  }
});

test('a truncated body ends in an error, a slow one comes whole', async () => {
  const { ask, emulator } = await listening();
  emulator.faults.add({ fault: { kind: 'truncate' }, times: 1 });
  await expect(ask('/files/').then((response) => response.text())).rejects.toThrow();
  const faults: Fault[] = [
    { kind: 'slow', ms: 10 },
    { kind: 'delay', ms: 5 },
  ];
  for (const fault of faults) {
    emulator.faults.add({ fault, times: 1 });
    const page = (await (await ask('/files/')).json()) as { results: unknown[] };
    expect(page.results).toHaveLength(50);
  }
});

test('closing ends requests that hang', async () => {
  const { ask, emulator, server } = await listening();
  emulator.faults.add({ fault: { kind: 'hang' } });
  const asked = ask('/project/');
  const outcome = expect(asked).rejects.toThrow();
  while (emulator.requestCounts().length === 0) await new Promise(setImmediate);
  await server.close();
  open.length = 0;
  await outcome;
});
