// A call that Redis gives to a second worker, because the first one hangs or because Redis has lost data. The run and
// the second worker are in this process, and the first worker is a process of its own that can be stopped.

import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openFleet } from '../../src/fleet/open-fleet.ts';
import { runWorker } from '../../src/fleet/run-worker.ts';
import { loadJobFile } from '../../src/job/load-job-file.ts';
import { connectionFromEnv } from '../../src/run/connection-from-env.ts';
import { createRunContext } from '../../src/run/create-run-context.ts';
import { startRun } from '../../src/run/start-run.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { startRedis } from '../support/redis.ts';
import { requireService } from '../support/require-service.ts';
import { openShell, untilPrinted } from '../support/run-cli.ts';
import { environmentFor } from '../support/spawn-program.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const redisServer = requireService('redis-server', 'redis-server');
const JOB = `version: 1
name: cut-out
source: { files: {} }
where: { mime: image/* }
steps: [{ uses: addon/remove_bg }]
`;
/** The first worker has this number of calls in progress when something happens to it. */
const OPEN_CALLS = 2;
/** The emulator answers paid requests so late that both workers can send before the first answer, ms. */
const ANSWER_LATE_MS = 5000;

/** Starts a run whose first worker has sent its requests and waits for the answers. */
async function openStage(server: string) {
  const shell = await openShell({ files: 6, work: { remove_bg: { medianMs: 100 } } });
  const { address, port } = await startRedis(server);
  const target = { method: 'POST', path: '/addons/remove_bg/execute/' } as const;
  shell.emulator.faults.add({ ...target, fault: { kind: 'delay', ms: ANSWER_LATE_MS } });
  const worker = ['worker', '--fleet', address, '--concurrency', String(OPEN_CALLS)];
  const first = shell.start(worker, { entry: MAIN });
  await untilPrinted(first, /takes calls/);
  const world = createSystemWorld();
  const connection = connectionFromEnv(environmentFor(shell.origin));
  const log = () => undefined;
  const fleet = await openFleet(address, { world, log });
  const stop = new AbortController();
  const redis = new Redis({ port });
  const job = loadJobFile(JOB, { file: 'job.yaml', env: {}, vars: {} });
  const stateDirectory = shell.state;
  const confirm = async () => true;
  const parts = { world, connection, stateDirectory, fleet, confirm };
  const run = startRun(job, createRunContext(parts));
  const paid = () => shell.emulator.audit.summary().remove_bg;
  await vi.waitFor(() => expect(paid()?.effects).toBe(OPEN_CALLS), { timeout: 60_000 });
  const helpers: Promise<void>[] = [];
  onTestFinished(async () => {
    first.process.kill('SIGKILL');
    stop.abort();
    await Promise.all(helpers);
    await fleet.close();
    redis.disconnect();
    await world.close();
  });
  const queue = `ucbulk:calls-${connection.publicKey}`;
  return {
    first,
    run,
    paid,
    redis,
    active: `${queue}:active`,
    waiting: `${queue}:wait`,
    lockOf: (id: string) => `${queue}:${id}:lock`,
    /** Starts the second worker. */
    help() {
      const request = { address, connection, concurrency: OPEN_CALLS, world, log };
      const process = { pid: 1, host: 'second' };
      const [drain, abort] = [new AbortController().signal, stop.signal];
      helpers.push(runWorker({ ...request, process, drain, abort, onReady: () => undefined }));
    },
  };
}

describe.skipIf(redisServer === null)('a call that another worker could take', () => {
  test('a call of a worker that hangs is not sent by another one', async () => {
    const { first, run, paid, ...stage } = await openStage(redisServer ?? '');
    first.process.kill('SIGSTOP');
    // As if the worker hung for 15 s.
    for (const id of await stage.redis.lrange(stage.active, 0, -1)) {
      await stage.redis.del(stage.lockOf(id));
    }
    stage.help();
    const { counts } = await run;
    expect(counts).toMatchObject({ done: counts.total - OPEN_CALLS, 'in-doubt': OPEN_CALLS });
    expect(paid()).toMatchObject({ effects: counts.total, distinctFilesChanged: counts.total });
  });

  test('a call that Redis gives out again, because it has lost data, is not sent again', async () => {
    const { run, paid, ...stage } = await openStage(redisServer ?? '');
    const taken = await stage.redis.lrange(stage.active, 0, -1);
    expect(taken).toHaveLength(OPEN_CALLS);
    for (const id of taken) {
      const { redis, active, waiting, lockOf } = stage;
      await redis.multi().lrem(active, 1, id).rpush(waiting, id).del(lockOf(id)).exec();
    }
    stage.help();
    const { counts } = await run;
    expect(counts.done).toBe(counts.total);
    expect(paid()).toMatchObject({ effects: counts.total, distinctFilesChanged: counts.total });
  });
});
