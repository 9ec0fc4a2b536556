import { expect, test } from 'vitest';
import { FLEET_PROTOCOL } from '../../../src/fleet/call.ts';
import type { QueuedCall, WorkerBus } from '../../../src/fleet/call-bus.ts';
import { callOf, createSeal } from '../../../src/fleet/seal.ts';
import { FleetWorker } from '../../../src/fleet/worker.ts';
import { createServerClock } from '../../../src/transport/server-clock.ts';
import { createSystemWorld } from '../../../src/world/system-world.ts';
import { CONNECTION } from './support.ts';

/** A worker takes one call, and then must stop. Returns the error with which it ends; null if it ends without one. */
async function takeOne(call: Partial<QueuedCall>): Promise<unknown> {
  const drain = new AbortController();
  const world = createSystemWorld();
  const bus: WorkerBus = {
    async take(_, work) {
      const queued = {
        id: 'call-1',
        protocol: FLEET_PROTOCOL,
        run: 'run-1',
        project: 'p',
        body: '',
      };
      await work({ ...queued, ...call }).catch(() => undefined);
      drain.abort();
    },
    send: async () => undefined,
    listen: async () => undefined,
    announce: async () => undefined,
    withdraw: async () => undefined,
    drain: async () => undefined,
    close: async () => undefined,
  };
  const worker = new FleetWorker({
    bus,
    world,
    connection: CONNECTION,
    serverClock: createServerClock(world.clock),
    facts: { id: 'worker-1', host: 'here', pid: 1, toolVersion: '0', concurrency: 1 },
    log: () => undefined,
    drain: drain.signal,
    abort: new AbortController().signal,
  });
  return worker
    .work(() => undefined)
    .then(
      () => null,
      (error: unknown) => error,
    );
}

test('a worker of another protocol ends, and says what to do', async () => {
  const body = createSeal('demosecretkey', 'run-1').close({}, callOf('call-1'));
  expect(await takeOne({ protocol: 99, body })).toMatchObject({
    kind: 'configuration',
    message: expect.stringContaining('Install the same version of ucbulk on both'),
  });
});

test.each([
  ['the keys of another project', createSeal('other', 'run-1').close({}, callOf('call-1'))],
  ['a body that is not sealed', 'nonsense'],
])('a worker whose first call has %s ends, and names both causes', async (_, body) => {
  const error = await takeOne({ body });
  expect(error).toMatchObject({ kind: 'configuration' });
  expect(String(error)).toContain('UPLOADCARE_SECRET_KEY of this worker is not that of');
  expect(String(error)).not.toContain('demosecretkey');
});
