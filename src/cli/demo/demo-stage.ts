import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canceled } from '../../core/failure.ts';
import type { Environment, Surroundings } from '../surroundings.ts';
import { type DemoChild, startChild } from './demo-child.ts';

/** The demo's processes and its folder; all of them gone when it ends, however it ends. */
export interface DemoStage {
  /** Absolute path of an empty folder. */
  readonly directory: string;
  start(args: readonly string[], env: Environment): DemoChild;
}

/** Sets the stage, plays, and clears it away; a signal ends the play. */
export async function withDemoStage<Result>(
  { onSignal }: Surroundings,
  play: (stage: DemoStage) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'ucbulk-demo-'));
  const children: DemoChild[] = [];
  const stop = new AbortController();
  const stopListening = onSignal(() => stop.abort());
  const stopped = new Promise<never>((_resolve, reject) => {
    stop.signal.addEventListener('abort', () => reject(canceled('The demo was stopped')));
  });
  const stage: DemoStage = {
    directory,
    start(args, env) {
      // The play goes on for a moment after the curtain has fallen.
      if (stop.signal.aborted) throw canceled('The demo was stopped');
      const child = startChild(args, env);
      children.push(child);
      return child;
    },
  };
  try {
    return await Promise.race([play(stage), stopped]);
  } finally {
    stopListening();
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map((child) => child.ended));
    await rm(directory, { recursive: true, force: true });
  }
}
