import { expect, test } from 'vitest';
import type { PathFacts } from '../../../src/core/world.ts';
import type { FleetCall } from '../../../src/fleet/call.ts';
import { performCall } from '../../../src/fleet/worker-call.ts';
import { createServerClock } from '../../../src/transport/server-clock.ts';
import { createSystemWorld } from '../../../src/world/system-world.ts';
import { CONNECTION, item } from './support.ts';

const LISTED = { path: '/data/a.jpg', size: 5, modifiedAt: Date.UTC(2026, 0, 2) };
const CALL: FleetCall = {
  id: 'call-1',
  run: 'run-1',
  apiVersion: '0.7',
  stepIndex: 0,
  step: {
    uses: 'upload',
    id: 'upload',
    with: { store: true, metadata: {}, partsFrom: 10_485_760, verify: false },
  } as unknown as FleetCall['step'],
  items: [{ ...item(1), key: 'a.jpg', details: LISTED }],
  kept: null,
  keptAnswer: null,
};

/** Performs the call on a worker that has this file. Returns the failure, and what the worker asked for and sent. */
async function uploadFrom(found: Partial<PathFacts> | null, change: Partial<FleetCall> = {}) {
  const world = createSystemWorld();
  const asked: string[] = [];
  const { end } = await performCall(
    { ...CALL, ...change },
    {
      world: {
        ...world,
        files: {
          ...world.files,
          factsOf: async () => {
            if (found === null) throw new Error('ENOENT');
            return { kind: 'file', ...LISTED, ...found };
          },
        },
        http: async ({ target }) => {
          throw new Error(`Sent ${target}`);
        },
      },
      connection: CONNECTION,
      serverClock: createServerClock(world.clock),
      facts: { host: 'worker-7' },
    },
    {
      ask: async ({ kind }) => {
        asked.push(kind);
        throw new Error('Refused by the test');
      },
      drain: new AbortController().signal,
      abort: new AbortController().signal,
      log: () => undefined,
    },
  );
  return { failure: end.kind === 'failed' ? end.failure : null, asked };
}

test.each([
  ['is missing on the worker', null, 'is missing or unreadable'],
  ['is a folder', { kind: 'folder' } as const, 'is not a file'],
  ['has another size', { size: 6 }, 'has 6 bytes, but the run listed 5'],
  [
    'has another time',
    { modifiedAt: LISTED.modifiedAt + 60_000 },
    'was changed at 2026-01-02T00:01:00.000Z, but the run listed it with 2026-01-02T00:00:00.000Z',
  ],
])('an upload whose file %s fails before it asks for anything', async (_, found, words) => {
  const { failure, asked } = await uploadFrom(found);
  expect(failure).toMatchObject({ kind: 'permanent', effect: 'none', code: 'file_not_here' });
  expect(failure?.message).toContain(`"/data/a.jpg" ${words}, on the worker at worker-7.`);
  expect(failure?.message).toContain('rsync -a');
  expect(asked).toEqual([]);
});

test.each([
  ['the same', {}],
  ['the same, on a disk that keeps every second second', { modifiedAt: LISTED.modifiedAt - 1999 }],
])('an upload whose file is %s asks for permission to send', async (_, found) => {
  const { failure, asked } = await uploadFrom(found);
  expect(failure?.code).not.toBe('file_not_here');
  expect(asked).not.toEqual([]);
});

test('an upload whose bytes the service has already needs no file', async () => {
  const { failure } = await uploadFrom(null, { keptAnswer: { file: 'x' } });
  expect(failure?.code).not.toBe('file_not_here');
});
