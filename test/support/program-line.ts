import { runProgram } from '../../src/cli/program.ts';
import type { Environment } from '../../src/cli/surroundings.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';

/** Runs a command line that sends nothing. */
export async function program(line: string, env: Environment = {}, input = '') {
  const printed = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      printed[name] += text;
    },
    isTerminal: false,
    columns: undefined,
    isClosed: false,
    failure: null,
  });
  const system = createSystemWorld();
  const readInput = async function* () {
    yield new TextEncoder().encode(input);
  };
  const world = { ...system, files: { ...system.files, readInput } };
  const code = await runProgram(line.split(' '), {
    world,
    env,
    cwd: '/nonexistent',
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    ask: null,
    onSignal: () => () => undefined,
    onSaveSignal: () => () => undefined,
    exit: () => undefined,
  });
  await system.close();
  return { code, ...printed };
}
