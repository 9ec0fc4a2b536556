import { runProgram } from '../../src/cli/program.ts';
import type { Environment, OutputStream } from '../../src/cli/surroundings.ts';
import type { HttpExchange } from '../../src/core/world.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';

/** Runs a command line that sends nothing; its standard output is collected, or goes to another stream. */
export async function program(
  line: string,
  env: Environment = {},
  input = '',
  stdout?: OutputStream,
  http?: HttpExchange,
) {
  const printed = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      printed[name] += text;
    },
    drained: () => Promise.resolve(),
    isTerminal: false,
    columns: undefined,
    unread: 0,
    isClosed: false,
    failure: null,
  });
  const system = createSystemWorld();
  const readInput = async function* () {
    yield new TextEncoder().encode(input);
  };
  const files = { ...system.files, readInput };
  const world = { ...system, files, http: http ?? system.http };
  const code = await runProgram(line === '' ? [] : line.split(' '), {
    world,
    env,
    cwd: '/nonexistent',
    stdout: stdout ?? stream('stdout'),
    stderr: stream('stderr'),
    ask: null,
    runProgram: async () => ({ exitCode: null, startError: 'ENOENT', output: '' }),
    onSignal: () => () => undefined,
    onSaveSignal: () => () => undefined,
    exit: () => undefined,
  });
  await system.close();
  return { code, ...printed };
}
