import { expect, test } from 'vitest';
import type { ItemKey } from '../../../src/core/item.ts';
import { WireError, type World } from '../../../src/core/world.ts';
import type { FleetCall } from '../../../src/fleet/call.ts';
import type { Question } from '../../../src/fleet/messages.ts';
import { performCall } from '../../../src/fleet/worker-call.ts';
import { createServerClock } from '../../../src/transport/server-clock.ts';
import { createSystemWorld } from '../../../src/world/system-world.ts';
import { CONNECTION, item } from './support.ts';

const UUID = 'aa59316f-480f-4536-b6b6-1cbe2d853054' as ItemKey;

/** A call for a request that only reads. */
const READ: FleetCall = {
  id: 'call-1',
  run: 'run-1' as FleetCall['run'],
  apiVersion: '0.7',
  step: { id: 'look', uses: 'info', with: {} } as never,
  stepIndex: 0,
  items: [{ ...item(1), key: UUID }],
  kept: null,
  keptAnswer: null,
};

const BODY = JSON.stringify({ type: 'file', result: { uuid: UUID } });

/** Makes the call at a worker that stands still for so many ms before each of its writes. */
async function perform(
  pausesMs: readonly number[],
  call = READ,
  commitsMs: readonly number[] = [],
) {
  const real = createSystemWorld();
  let now = 0;
  let tries = 0;
  let written = 0;
  let commits = 0;
  const clock = {
    now: () => 1_800_000_000_000 + now,
    monotonic: () => now,
    sleep: async () => undefined,
    tick: async () => undefined,
  };
  const world: World = {
    ...real,
    clock,
    async http({ mayStart }) {
      now += pausesMs[tries++] ?? 0;
      if (!mayStart())
        throw new WireError({ code: 'guard_expired', phase: 'unsent', message: 'late' });
      written += 1;
      return { status: 200, headers: {}, body: BODY };
    },
  };
  const asked: Question['kind'][] = [];
  const never = new AbortController().signal;
  const { end } = await performCall(
    call,
    {
      world,
      connection: CONNECTION,
      serverClock: createServerClock(clock),
      facts: { host: 'here' },
    },
    {
      ask: async ({ kind }) => {
        asked.push(kind);
        if (kind === 'go') now += commitsMs[commits++] ?? 0;
        return { id: `ask-${asked.length}`, openAt: now, attempt: null };
      },
      drain: never,
      abort: never,
      log: () => undefined,
    },
  );
  return { end, written, asked, slots: asked.filter((kind) => kind === 'slot').length };
}

test('a worker that stood still before its write asks the coordinator again', async () => {
  expect(await perform([0])).toMatchObject({ written: 1, slots: 1 });
  expect(await perform([20_000, 0])).toMatchObject({ written: 1, slots: 2 });
});

/** A call for one request, whose intent the coordinator records. */
const COPY: FleetCall = {
  ...READ,
  step: { id: 'copy', uses: 'copy-local', with: { store: true } } as never,
};

test('an intent ages while the coordinator records it, so that its request is not sent late', async () => {
  expect(await perform([0], COPY, [13_000, 0])).toMatchObject({
    end: { kind: 'answered' },
    written: 1,
    asked: ['slot', 'go', 'report', 'slot', 'go', 'report'],
  });
});
