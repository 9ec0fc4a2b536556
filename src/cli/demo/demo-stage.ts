import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canceled } from '../../core/failure.ts';
import type { Environment, Surroundings } from '../surroundings.ts';
import { type DemoChild, startChild } from './demo-child.ts';

/** The processes and the folder of the demo. None of them outlives the demo. */
export interface DemoStage {
  /** Absolute path of an empty folder. */
  readonly directory: string;
  start(args: readonly string[], env: Environment): DemoChild;
}

/** Plays a demo, then ends its processes and removes its folder. A signal stops the demo. */
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
      // `play` continues for a moment after the stop.
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
