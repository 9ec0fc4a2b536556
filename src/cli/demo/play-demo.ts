import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { formatDuration } from '../../core/duration.ts';
import { formatCount } from '../../progress/progress-words.ts';
import { readItems, readRun } from '../../run/read-runs.ts';
import type { Environment, Surroundings } from '../surroundings.ts';
import type { DemoChild } from './demo-child.ts';
import type { DemoStage } from './demo-stage.ts';
import { type EmulatorView, viewEmulator } from './emulator-view.ts';
import { type Claim, proveDeletes } from './prove-deletes.ts';

/** Tells the reader what happens; `title` begins a part of the story. */
export interface Narrator {
  title(text: string): void;
  command(text: string): void;
  text(text: string): void;
  /** What the reader should not miss. */
  alarm(text: string): void;
  claim(claim: Claim): void;
}

// The same distance from src/cli/demo and from dist/cli/demo.
const JOB = fileURLToPath(new URL('../../../jobs/nightly-unstored-cleanup.yaml', import.meta.url));
const FILES = 10_000;
// About 60 deletes at this rate: long enough to watch, short enough to wait for.
const RATE = 4;
const LOOK_EVERY_MS = 50;

const emulatorSchema = z.object({
  origin: z.string(),
  publicKey: z.string(),
  secretKey: z.string(),
});

/** Plays the story of a killed cleanup, and checks its end against the emulator's own log. */
export async function playDemo(
  stage: DemoStage,
  surroundings: Surroundings,
  narrator: Narrator,
): Promise<Claim[]> {
  const { world } = surroundings;
  const startedAt = world.clock.monotonic();
  const { env, view } = await startEmulator(stage, surroundings, narrator);
  const before = await view.counts();
  // A terminal shows live lines; a log gets one now and then.
  const stats = surroundings.stderr.isTerminal ? [] : ['--stats', '2s'];
  const cli = createCli({ stage, env, narrator });

  narrator.title('2. The nightly cleanup deletes what was never stored');
  const run = cli.start('run', relative(surroundings.cwd, JOB), '--yes', ...stats);
  await untilDeleted(Math.floor(before.unstored / 2), { run, view, surroundings });
  run.kill('SIGKILL');
  await run.ended;
  narrator.alarm('kill -9: the process is gone, without a chance to save anything.');

  narrator.title('3. Where does the run stand? Any shell can ask its ledger');
  await cli.finish('status');

  narrator.title('4. Go on');
  await cli.finish('resume', '--yes', ...stats);

  narrator.title("5. The proof, from the emulator's own log of what was done to its files");
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

async function startEmulator(stage: DemoStage, surroundings: Surroundings, narrator: Narrator) {
  narrator.title('1. An emulated Uploadcare project, in a process of its own');
  const flags = `--files ${FILES} --stored-share 0.4 --rate ${RATE} --burst ${RATE}`;
  narrator.command(`ucbulk emulator ${flags}`);
  const child = stage.start(
    ['emulator', ...flags.split(' '), '--json', '--quiet'],
    surroundings.env,
  );
  const { origin, publicKey, secretKey } = emulatorSchema.parse(JSON.parse(await firstLine(child)));
  const view = viewEmulator(origin, surroundings.world);
  const counts = await view.counts();
  narrator.text(
    `${formatCount(FILES)} files: ${formatCount(counts.stored)} stored, ${formatCount(counts.unstored)} not. Above ${RATE} requests a second it answers 429.`,
  );
  const keys = { UPLOADCARE_PUBLIC_KEY: publicKey, UPLOADCARE_SECRET_KEY: secretKey };
  return { view, env: { ...surroundings.env, ...keys, UPLOADCARE_REST_API_BASE: origin } };
}

function createCli(facts: {
  readonly stage: DemoStage;
  readonly env: Environment;
  readonly narrator: Narrator;
}) {
  const { stage, env, narrator } = facts;
  const start = (...args: string[]): DemoChild => {
    const all = [...args, '--state', stage.directory];
    narrator.command(`ucbulk ${all.join(' ')}`);
    return stage.start(all, env);
  };
  return {
    start,
    async finish(...args: string[]): Promise<void> {
      const child = start(...args);
      for await (const line of child.lines) narrator.text(line);
      const code = await child.ended;
      if (code !== 0) throw new Error(`The demo failed: ucbulk ${args[0]} ended with ${code}`);
    },
  };
}

/** Waits until so many files are deleted; fails where the run ends before that. */
async function untilDeleted(
  count: number,
  facts: {
    readonly run: DemoChild;
    readonly view: EmulatorView;
    readonly surroundings: Surroundings;
  },
): Promise<void> {
  let hasEnded = false;
  const ended = facts.run.ended.then(() => {
    hasEnded = true;
  });
  while ((await facts.view.deleted()) < count) {
    if (hasEnded) throw new Error('The demo failed: the run ended before it could be killed');
    await Promise.race([facts.surroundings.world.clock.sleep(LOOK_EVERY_MS), ended]);
  }
}

async function firstLine(child: DemoChild): Promise<string> {
  for await (const line of child.lines) return line;
  throw new Error('The demo failed: the emulator did not start');
}
