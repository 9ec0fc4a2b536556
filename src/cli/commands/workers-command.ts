import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { plainText } from '../../progress/terminal-text.ts';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { CLIENT_OPTIONS } from '../connection-options.ts';
import type { ExitCode } from '../exit-code.ts';
import { FLEET_OPTION, requireFleet } from '../fleet-options.ts';
import { helpExamples } from '../help-examples.ts';
import { textTable } from '../text-table.ts';

const WORKERS_OPTIONS = { ...FLEET_OPTION, ...CLIENT_OPTIONS } as const;

type Flags = InferredOptionTypes<typeof WORKERS_OPTIONS>;

/** `workers --fleet URL`: lists the workers of the project that are alive. */
export function workersCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .options(host.options(WORKERS_OPTIONS))
        .epilogue(
          helpExamples([
            ['$0 workers --fleet redis://redis.example:6379', 'Host, version and open requests'],
          ]),
        ),
    handler: (flags) => host.invoke(flags, (invocation) => list(invocation, flags)),
  };
}

async function list(
  { surroundings, output }: Invocation,
  flags: ArgumentsCamelCase<Flags>,
): Promise<ExitCode> {
  const address = requireFleet(flags.fleet);
  const { publicKey } = connectionFromEnv(surroundings.env, flags);
  const { listWorkers } = await import('../../fleet/list-workers.ts');
  const workers = await listWorkers(address, publicKey, output.log);
  for (const worker of output.json ? workers : []) {
    output.result({ type: 'worker', ...worker }, () => '');
  }
  if (output.json) return 0;
  output.text(() => {
    if (workers.length === 0) {
      return `No worker is connected for project ${publicKey}. Start one with \`ucbulk worker --fleet …\`.`;
    }
    return output.fit(
      textTable([
        ['worker', 'host', 'version', 'in flight', 'seen'],
        ...workers.map(({ id, host, pid, toolVersion, inFlight, concurrency, seenMs }) => [
          plainText(id),
          `${plainText(host)} (${pid})`,
          plainText(toolVersion),
          `${inFlight} of ${concurrency}`,
          `${Math.round(seenMs / 1000)} s ago`,
        ]),
      ]),
    );
  });
  return 0;
}
