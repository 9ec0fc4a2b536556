import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import type { ControlChange } from '../../core/run-control.ts';
import { UserError } from '../../core/user-error.ts';
import type { CommandHost, CommandParts } from '../command.ts';
import { type ControlCommand, controlWorkingRun } from '../control-working-run.ts';
import { GLOBAL_OPTIONS, type GlobalFlags } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { orOff, positiveInteger, positiveNumber } from '../option-values.ts';
import { RUN_ARGUMENT } from '../run-argument.ts';

type Flags = GlobalFlags & { run: string };

const SIMPLE_COMMANDS = {
  pause: {
    change: { state: 'paused' },
    example: ['$0 pause latest', 'Pause the newest run'],
  },
  continue: {
    change: { state: null },
    example: ['$0 continue nightly-cleanup', 'Continue the newest run of this job'],
  },
  stop: {
    change: { state: 'stopped' },
    example: ['$0 stop 20261121-20', 'Stop the run whose id begins with this'],
  },
} as const satisfies Partial<
  Record<ControlCommand, { change: ControlChange; example: [string, string] }>
>;

const SET_OPTIONS = {
  rate: {
    requiresArg: true,
    coerce: orOff(positiveNumber('rate')),
    describe: 'Maximum number of requests per second; off removes it',
  },
  concurrency: {
    requiresArg: true,
    coerce: orOff(positiveInteger('concurrency')),
    describe: 'Maximum number of requests in flight; off removes it',
  },
} as const;

type SetFlags = Flags & InferredOptionTypes<typeof SET_OPTIONS>;

/** `pause`, `continue` or `stop`: controls a run that another process works on. */
export function controlCommand(
  command: keyof typeof SIMPLE_COMMANDS,
  host: CommandHost,
): CommandParts<Flags> {
  const { change, example } = SIMPLE_COMMANDS[command];
  return {
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', demandOption: true, describe: RUN_ARGUMENT })
        .options(host.options(GLOBAL_OPTIONS))
        .epilogue(helpExamples([example])),
    handler: ({ run, ...flags }) =>
      host.invoke(flags, (invocation) => controlWorkingRun(invocation, { command, run, change })),
  };
}

/** `set`: changes the limits of a run that another process works on. */
export function setCommand(host: CommandHost): CommandParts<SetFlags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', demandOption: true, describe: RUN_ARGUMENT })
        // The environment variable UCBULK_RATE is for runs that start, so it must not set these options.
        .options({ ...host.flags(SET_OPTIONS), ...host.options(GLOBAL_OPTIONS) })
        .epilogue(
          helpExamples([
            ['$0 set latest --rate 5', 'Send at most 5 requests per second'],
            ['$0 set latest --rate off --concurrency 2', 'Remove this limit, and set another'],
          ]),
        ),
    handler: ({ run, ...flags }) =>
      host.invoke(flags, (invocation) =>
        controlWorkingRun(invocation, { command: 'set', run, change: limitsIn(flags) }),
      ),
  };
}

function limitsIn({
  rate,
  concurrency,
}: Pick<ArgumentsCamelCase<SetFlags>, 'rate' | 'concurrency'>): ControlChange {
  if (rate === undefined && concurrency === undefined) {
    throw new UserError(
      'usage',
      'set needs --rate or --concurrency, such as `ucbulk set RUN --rate 5`. Nothing was changed.',
    );
  }
  return {
    ...(rate !== undefined && { rate }),
    ...(concurrency !== undefined && { concurrency }),
  };
}
