import { relative } from 'node:path';
import { formatDuration } from '../../core/duration.ts';
import { ownFile } from '../../package/own-files.ts';
import { readItems, readRun } from '../../state/read-runs.ts';
import { createCli, type DemoContext, startDemoEmulator, untilCounted } from './demo-tools.ts';
import type { EmulatorView } from './emulator-view.ts';
import { proveCutouts } from './prove-cutouts.ts';
import type { Claim } from './prove-deletes.ts';

// The job file of the demo.
const JOB = ownFile('jobs/remove-backgrounds.yaml');
const PROJECT = { files: 60, rate: 25, storedShare: 1 };
const EXECUTE = '/addons/remove_bg/execute/';
/** The demo kills the process after the add-on has processed this number of pictures. */
const KILL_AFTER = 15;
// Exit code of a run in which some items are in doubt: their result is unknown.
const IN_DOUBT = 11;
const MAP_LINES = 4;

/**
 * Plays the demo in which a run with a paid add-on is killed, and compares the result with the emulator's
 * log.
 */
export async function playBackgrounds(place: DemoContext): Promise<Claim[]> {
  const { stage, surroundings, narrator } = place;
  const { world } = surroundings;
  const startedAt = world.clock.monotonic();
  const { env, view } = await startDemoEmulator(place, PROJECT);
  await view.set('work', { remove_bg: { medianMs: 1000 } });
  // The emulator delays its answers. So some requests still wait for their answers when the demo kills the
  // process.
  await view.set('faults', { method: 'POST', path: EXECUTE, fault: { kind: 'delay', ms: 400 } });
  const before = await view.counts();
  const stats = surroundings.stderr.isTerminal ? [] : ['--stats', '2s'];
  const cli = createCli(place, env);

  narrator.title('2. Cut out every picture, store the result, tag it, copy it to a bucket');
  const job = relative(surroundings.cwd, JOB);
  const run = cli.start('run', job, '--var', 'bucket=backup', '--yes', ...stats);
  const counted = () => view.changed('remove_bg');
  await untilCounted(KILL_AFTER, { run, counted, surroundings });
  run.kill('SIGKILL');
  await run.ended;
  narrator.alarm('kill -9: the process is gone, with paid requests in flight.');

  narrator.title('3. Resume. Lost answers are not guessed: nobody pays twice');
  await cli.finish(['resume', ...stats], { code: IN_DOUBT });
  const { run: id } = await readRun(stage.directory, null, world);
  await cli.finish(['items', id, '--state', 'in-doubt']);

  narrator.title('4. A person looks into the project and decides the items in doubt');
  const doubtful = [...readItems(stage.directory, id, { state: 'in-doubt' })];
  const results = await resultsByPicture(view);
  for (const { key } of doubtful) {
    const made = results.get(key);
    const decision = made === undefined ? ['--as', 'redo'] : ['--as', 'adopt', '--file', made];
    await cli.finish(['resolve', id, key, ...decision], { lines: 0 });
  }
  await cli.finish(['resume', ...stats]);

  narrator.title('5. The map from old files to new ones');
  await cli.finish(['report', id, '--format', 'map'], { lines: MAP_LINES, shown: oldAndNew });
  narrator.text(
    '(two of its columns; --as sql is for a database, --as redirects for a web server)',
  );

  narrator.title("6. The proof, from the emulator's own log of its files");
  const claims = proveCutouts({
    items: [...readItems(stage.directory, id)],
    doubtful: doubtful.length,
    results: await resultsByPicture(view),
    effects: await view.effects(),
    newlyStored: (await view.counts()).stored - before.stored,
  });
  for (const claim of claims) narrator.claim(claim);
  narrator.text('');
  narrator.text(`That took ${formatDuration(world.clock.monotonic() - startedAt)}.`);
  return claims;
}

/** Shortens a line of the map to two columns, the picture and its new file, so that it fits on a terminal. */
function oldAndNew(line: string): string {
  const [item, , , newFile] = JSON.parse(`[${line}]`) as string[];
  return `${item}  ${newFile}`;
}

/** The file that the add-on made from each picture, according to the emulator's log. */
async function resultsByPicture(view: EmulatorView): Promise<ReadonlyMap<string, string>> {
  const made = await view.madeFiles();
  const found = new Map<string, string>();
  for (const { operation, uuid, requestId } of await view.effects()) {
    const file = made.get(requestId ?? '');
    if (operation === 'remove_bg' && file !== undefined) found.set(uuid, file);
  }
  return found;
}
