import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { CLIENT_OPTIONS } from '../connection-options.ts';
import { type ExitCode, exitCodeForSignal } from '../exit-code.ts';
import { FLEET_OPTION, requireFleet } from '../fleet-options.ts';
import { helpExamples } from '../help-examples.ts';
import { positiveInteger } from '../option-values.ts';
import { listenForStop, type StopMessages } from '../stop-signals.ts';

/** A REST request is in flight for about a tenth of a second, so that 8 use a usual limit with a few workers. */
const DEFAULT_CONCURRENCY = 8;

const WORKER_OPTIONS = {
  ...FLEET_OPTION,
  concurrency: {
    requiresArg: true,
    coerce: positiveInteger('concurrency'),
    describe: `Number of requests in flight; ${DEFAULT_CONCURRENCY} if absent`,
  },
  ...CLIENT_OPTIONS,
} as const;

type Flags = InferredOptionTypes<typeof WORKER_OPTIONS>;

/** `worker --fleet URL`: sends requests for runs on other machines, until it is stopped. */
export function workerCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .options(host.options(WORKER_OPTIONS))
        .epilogue(
          helpExamples([
            ['$0 worker --fleet redis://redis.example:6379', 'Work for the project of your keys'],
          ]),
        ),
    handler: (flags) => host.invoke(flags, (invocation) => work(invocation, flags)),
  };
}

async function work(
  { surroundings, output }: Invocation,
  flags: ArgumentsCamelCase<Flags>,
): Promise<ExitCode> {
  const address = requireFleet(flags.fleet);
  const connection = connectionFromEnv(surroundings.env, flags);
  const { world, process = { pid: 0, host: 'unknown' } } = surroundings;
  const { runWorker } = await import('../../fleet/run-worker.ts');
  const stop = listenForStop({ ...surroundings, clock: world.clock }, stopMessages(output.info));
  try {
    await runWorker({
      address,
      connection,
      concurrency: flags.concurrency ?? DEFAULT_CONCURRENCY,
      world,
      process,
      log: output.log,
      drain: stop.drain,
      abort: stop.abort,
      onReady: (id) => {
        output.info(`Worker ${id} takes calls for project ${connection.publicKey}.`);
      },
    });
  } finally {
    stop.close();
  }
  const signal = stop.received();
  return signal === null ? 0 : exitCodeForSignal(signal);
}

function stopMessages(info: (text: string) => void): StopMessages {
  return {
    draining: () =>
      info(
        'Stopping: the worker ends its calls and takes no more. Press Ctrl-C again to stop at once.',
      ),
    aborting: () => info('Stopping at once: open requests are aborted.'),
    hanging: () => info('An open request cannot be aborted: the process ends now.'),
  };
}
