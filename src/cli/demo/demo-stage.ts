import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canceled } from '../../core/failure.ts';
import type { Environment, Surroundings } from '../surroundings.ts';
import { type DemoChild, startChild, startProgram } from './demo-child.ts';

/**
 * The child processes and the folder of the demo. When the demo ends, the processes are killed and the folder
 * is removed.
 */
export interface DemoStage {
  /** Absolute path of a folder that is empty at the start. */
  readonly directory: string;
  start(args: readonly string[], env: Environment): DemoChild;
  /** Starts another program than ucbulk. */
  startProgram(program: string, args: readonly string[], env: Environment): DemoChild;
}

/**
 * Plays a demo. Afterwards it kills the child processes and removes the folder, also if a signal stops the
 * demo.
 */
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
  const keep = (start: () => DemoChild): DemoChild => {
    // `play` may call this function after a signal stopped the demo. It must not start a process then.
    if (stop.signal.aborted) throw canceled('The demo was stopped');
    const child = start();
    children.push(child);
    return child;
  };
  const stage: DemoStage = {
    directory,
    start: (args, env) => keep(() => startChild(args, env)),
    startProgram: (program, args, env) => keep(() => startProgram(program, args, env)),
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
