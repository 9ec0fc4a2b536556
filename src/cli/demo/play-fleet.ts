import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatDuration } from '../../core/duration.ts';
import { readItems, readRun } from '../../state/read-runs.ts';
import { findRedisProgram, prepareDemoRedis } from './demo-redis.ts';
import { createCli, type DemoContext, startDemoEmulator, untilCounted } from './demo-tools.ts';
import { proveCopies } from './prove-copies.ts';
import type { Claim } from './prove-deletes.ts';

const JOB = `version: 1
name: copy-all
source: { files: {} }
steps: [{ uses: copy-local }]
`;
const PROJECT = { files: 300, rate: 25, storedShare: 1 };
const WORKERS = 3;
const CONCURRENCY = 4;
/** Numbers of copies after which the demo kills a worker, and Redis. */
const KILL_WORKER_AFTER = 60;
const KILL_REDIS_AFTER = 150;
/** How long Redis stays away, ms. */
const REDIS_IS_AWAY_MS = 2000;

/**
 * Plays the demo in which a worker of a fleet and its Redis are killed, and compares the result with the emulator's
 * log.
 */
export async function playFleet(place: DemoContext): Promise<Claim[]> {
  const { stage, surroundings, narrator } = place;
  const { clock } = surroundings.world;
  const startedAt = clock.monotonic();
  const program = findRedisProgram();
  const { env, view } = await startDemoEmulator(place, PROJECT);
  // The emulator delays its answers, so that workers have requests in flight when the demo kills one of them.
  await view.set('faults', {
    method: 'POST',
    path: '/files/local_copy/',
    fault: { kind: 'delay', ms: 400 },
  });
  const before = await view.counts();
  // Several processes write to this terminal, so none of them may redraw its lines.
  const cli = createCli(place, { ...env, TERM: 'dumb' });

  narrator.title('2. The Redis at which the run and its workers meet');
  const redis = await prepareDemoRedis(place, program);
  await redis.start();

  narrator.title('3. Three workers. They could be on other machines');
  const { address } = redis;
  const worker = ['worker', '--fleet', address, '--concurrency', String(CONCURRENCY), '--quiet'];
  const [first] = Array.from({ length: WORKERS }, () => cli.start(...worker));
  await untilConnected(place, { address, env });
  await cli.finish(['workers', '--fleet', address]);

  narrator.title('4. A run that copies every file. The workers send its requests');
  const job = join(stage.directory, 'copy-all.yaml');
  await writeFile(job, JOB);
  const run = cli.start('run', job, '--fleet', address, '--stats', '5s');
  narrator.text('This takes two minutes.');
  const until = (count: number) =>
    untilCounted(count, { run, counted: () => view.changed('local_copy'), surroundings });
  await until(KILL_WORKER_AFTER);
  first?.kill('SIGKILL');
  await first?.ended;
  narrator.alarm('kill -9: one worker is gone, with requests in flight.');

  await until(KILL_REDIS_AFTER);
  await redis.kill();
  narrator.alarm('kill -9: Redis is gone, with the questions and answers on their way.');
  await clock.sleep(REDIS_IS_AWAY_MS);
  narrator.title('5. Redis starts again, with its append-only file');
  await redis.start();
  narrator.text(
    'Nobody knows whether the requests of the killed worker had an effect. The run waits until an effect would be visible, which takes a minute and a half, and looks for it.',
  );
  for await (const line of run.lines) narrator.text(line);
  const code = await run.ended;
  if (code !== 0) throw new Error(`The demo failed: ucbulk run ended with ${code}`);

  narrator.title("6. The proof, from the emulator's own log of its files");
  const { run: id } = await readRun(stage.directory, null, surroundings.world);
  const claims = proveCopies({
    items: [...readItems(stage.directory, id)],
    effects: await view.effects(),
    before,
    after: await view.counts(),
  });
  for (const claim of claims) narrator.claim(claim);
  narrator.text('');
  narrator.text(`That took ${formatDuration(clock.monotonic() - startedAt)}.`);
  return claims;
}

/** Waits until all workers are connected. Throws if the fleet can't be used. */
async function untilConnected(
  { stage }: DemoContext,
  { address, env }: { readonly address: string; readonly env: DemoEnvironment },
): Promise<void> {
  for (let count = 0; count < WORKERS; ) {
    const child = stage.start(['workers', '--fleet', address, '--json'], env);
    count = 0;
    for await (const line of child.lines) if (line !== '') count += 1;
    if ((await child.ended) !== 0) throw new Error('The demo failed: ucbulk workers did not work');
  }
}

type DemoEnvironment = Parameters<DemoContext['stage']['start']>[1];
