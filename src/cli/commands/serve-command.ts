import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import { serveRuns } from '../../serve/serve-runs.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { CLIENT_OPTIONS, type ClientFlags } from '../connection-options.ts';
import type { ExitCode } from '../exit-code.ts';
import { helpExamples } from '../help-examples.ts';
import { portNumber } from '../option-values.ts';
import { untilSignal } from '../stop-signals.ts';

const SERVE_OPTIONS = {
  port: {
    default: 0,
    requiresArg: true,
    coerce: portNumber('port'),
    describe: 'Port at 127.0.0.1; 0 for any free port',
  },
  control: {
    type: 'boolean',
    default: false,
    describe: 'Let the page pause, continue and stop runs, set limits, and decide items in doubt',
  },
} as const;

type Flags = ClientFlags & InferredOptionTypes<typeof SERVE_OPTIONS>;

/** `serve`: shows the runs of the state directory in a browser. */
export function serveCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs.options({ ...host.flags(SERVE_OPTIONS), ...host.options(CLIENT_OPTIONS) }).epilogue(
        helpExamples([
          ['$0 serve', 'Print an address to open in a browser; Ctrl-C stops it'],
          ['$0 serve --control', 'The same, with buttons that change runs'],
          ['$0 serve --port 8123', 'At a fixed port, for example for an SSH tunnel'],
        ]),
      ),
    handler: (flags) => host.invoke(flags, (invocation) => serve(invocation, flags)),
  };
}

/** Serves until the process gets a signal. The exit code is then 0, because that is the normal way to stop it. */
async function serve(
  { surroundings, output, stateDirectory }: Invocation,
  flags: ArgumentsCamelCase<Flags>,
): Promise<ExitCode> {
  const { env, world, stdout } = surroundings;
  const { port, control } = flags;
  const connection = control && hasKeys(env) ? connectionFromEnv(env, flags) : null;
  const stopped = untilSignal(surroundings);
  const server = await serveRuns(
    { stateDirectory, port, canControl: control, connection, env },
    world,
  );
  const { address } = server;
  output.result({ type: 'serve', address, control }, () => address);
  // Nobody can open the page without its address.
  if (stdout.failure !== null) {
    await server.close();
    return 3;
  }
  output.info(
    `This address shows the runs in ${stateDirectory}. Whoever knows it can read them${control ? ' and change them' : ''}. Press Ctrl-C to stop.`,
  );
  await stopped;
  await server.close();
  return 0;
}

function hasKeys(env: Invocation['surroundings']['env']): boolean {
  return [env.UPLOADCARE_PUBLIC_KEY, env.UPLOADCARE_SECRET_KEY].every((key) => (key ?? '') !== '');
}
