import { relative } from 'node:path';
import { formatDuration } from '../../core/duration.ts';
import { ownFile } from '../../package/own-files.ts';
import { readItems, readRun } from '../../state/read-runs.ts';
import { createCli, type DemoContext, startDemoEmulator, untilCounted } from './demo-tools.ts';
import { type Claim, proveDeletes } from './prove-deletes.ts';

// The job file of the demo.
const JOB = ownFile('jobs/nightly-unstored-cleanup.yaml');
const FILES = 10_000;
// Requests per second. The cleanup sends about 60 delete requests, so it takes about 15 s: a person can watch
// it and need not wait long.
const RATE = 4;

/** Plays the demo in which a cleanup is killed, and compares the result with the emulator's log. */
export async function playDemo(place: DemoContext): Promise<Claim[]> {
  const { stage, surroundings, narrator } = place;
  const { world } = surroundings;
  const startedAt = world.clock.monotonic();
  const project = { files: FILES, rate: RATE, storedShare: 0.4 };
  const { env, view } = await startDemoEmulator(place, project);
  const before = await view.counts();
  // A terminal shows live progress. Without a terminal, `--stats` prints a line every 2 s.
  const stats = surroundings.stderr.isTerminal ? [] : ['--stats', '2s'];
  const cli = createCli(place, env);

  narrator.title('2. The nightly cleanup deletes files that were never stored');
  const run = cli.start('run', relative(surroundings.cwd, JOB), '--yes', ...stats);
  const half = Math.floor(before.unstored / 2);
  await untilCounted(half, { run, counted: () => view.changed('delete'), surroundings });
  run.kill('SIGKILL');
  await run.ended;
  narrator.alarm('kill -9: the process is gone, without a chance to save anything.');

  narrator.title('3. Its state: any shell can read the ledger');
  await cli.finish(['status']);

  narrator.title('4. Resume');
  await cli.finish(['resume', '--yes', ...stats]);

  narrator.title("5. The proof, from the emulator's own log of its files");
  const status = await readRun(stage.directory, null, world);
  const done = [...readItems(stage.directory, status.run, { state: 'done' })];
  const claims = proveDeletes({
    done: done.map(({ key }) => key),
    effects: await view.effects(),
    before,
    after: await view.counts(),
  });
  for (const claim of claims) narrator.claim(claim);
  narrator.text('');
  narrator.text(`That took ${formatDuration(world.clock.monotonic() - startedAt)}.`);
  return claims;
}
