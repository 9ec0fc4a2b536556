import * as z from 'zod';
import { formatCount } from '../../core/counted.ts';
import type { Environment, Surroundings } from '../surroundings.ts';
import type { DemoChild } from './demo-child.ts';
import type { DemoStage } from './demo-stage.ts';
import { type EmulatorView, viewEmulator } from './emulator-view.ts';
import type { Claim } from './prove-deletes.ts';

/** Prints explanations for the person who watches the demo. `title` prints the heading of a new part. */
export interface Narrator {
  title(text: string): void;
  command(text: string): void;
  text(text: string): void;
  /** Prints an important event, such as the kill, in red. */
  alarm(text: string): void;
  claim(claim: Claim): void;
}

/** The objects that every demo needs. */
export interface DemoContext {
  readonly stage: DemoStage;
  readonly surroundings: Surroundings;
  readonly narrator: Narrator;
}

/** The size and the request limit of the emulated project. */
export interface DemoProject {
  /** Requests per second before the emulator answers 429 (too many requests). */
  readonly rate: number;
  readonly files: number;
  readonly storedShare: number;
}

const LOOK_EVERY_MS = 50;

const emulatorSchema = z.object({
  origin: z.string(),
  publicKey: z.string(),
  secretKey: z.string(),
});

/**
 * Starts an emulator in its own process. Returns a view of its content, and the environment that makes ucbulk
 * use it.
 */
export async function startDemoEmulator(
  { stage, surroundings, narrator }: DemoContext,
  { rate, files, storedShare }: DemoProject,
): Promise<{ view: EmulatorView; env: Environment }> {
  narrator.title('1. An emulated Uploadcare project, in a process of its own');
  const flags = `--files ${files} --stored-share ${storedShare} --rate ${rate} --burst ${rate}`;
  narrator.command(`ucbulk emulator ${flags}`);
  const child = stage.start(
    ['emulator', ...flags.split(' '), '--json', '--quiet'],
    surroundings.env,
  );
  const { origin, publicKey, secretKey } = emulatorSchema.parse(JSON.parse(await firstLine(child)));
  const view = viewEmulator(origin, surroundings.world);
  const counts = await view.counts();
  narrator.text(
    `${formatCount(files)} files: ${formatCount(counts.stored)} stored, ${formatCount(counts.unstored)} not. Above ${rate} requests a second it answers 429.`,
  );
  narrator.command(`export UCBULK_STATE=${stage.directory}`);
  const env = {
    ...surroundings.env,
    UPLOADCARE_PUBLIC_KEY: publicKey,
    UPLOADCARE_SECRET_KEY: secretKey,
    UPLOADCARE_REST_API_BASE: origin,
    UCBULK_STATE: stage.directory,
  };
  return { view, env };
}

/**
 * Creates functions that run a ucbulk command. Before a command runs, they print it as a user would type it.
 */
export function createCli({ stage, narrator }: DemoContext, env: Environment) {
  const start = (...args: string[]): DemoChild => {
    narrator.command(`ucbulk ${args.join(' ')}`);
    return stage.start(args, env);
  };
  return {
    start,
    /** Runs a command and prints its first lines. Throws if its exit code is not the expected one. */
    async finish(
      args: readonly string[],
      expected: { code?: number; lines?: number; shown?: (line: string) => string } = {},
    ): Promise<void> {
      const { code = 0, lines = Number.POSITIVE_INFINITY, shown: format = String } = expected;
      const child = start(...args);
      let shown = 0;
      for await (const line of child.lines) {
        if (shown < lines) narrator.text(format(line));
        shown += 1;
      }
      const end = await child.ended;
      if (lines > 0 && shown > lines)
        narrator.text(`… and ${formatCount(shown - lines)} more lines`);
      if (end !== code) throw new Error(`The demo failed: ucbulk ${args[0]} ended with ${end}`);
    },
  };
}

/** Waits until the emulator has counted this many changes. Throws if the run ends before. */
export async function untilCounted(
  count: number,
  facts: {
    readonly run: DemoChild;
    readonly counted: () => Promise<number>;
    readonly surroundings: Surroundings;
  },
): Promise<void> {
  let hasEnded = false;
  const ended = facts.run.ended.then(() => {
    hasEnded = true;
  });
  while ((await facts.counted()) < count) {
    if (hasEnded) throw new Error('The demo failed: the run ended before it could be killed');
    await Promise.race([facts.surroundings.world.clock.sleep(LOOK_EVERY_MS), ended]);
  }
}

/** The first line that a process prints to stdout. Throws if it prints none. */
async function firstLine(child: DemoChild): Promise<string> {
  for await (const line of child.lines) return line;
  throw new Error('The demo failed: the emulator did not start');
}
