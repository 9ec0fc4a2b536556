import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs';
import { UserError } from '../../core/user-error.ts';
import { createEmulator, type Emulator } from '../../emulator/emulator.ts';
import type { CommandHost, Invocation } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { positiveNumber, share, wholeNumber } from '../option-values.ts';
import { documentLine } from '../output.ts';

const EMULATOR_OPTIONS = {
  ...GLOBAL_OPTIONS,
  files: {
    requiresArg: true,
    default: 1000,
    coerce: wholeNumber('files'),
    describe: 'How many files the project starts with',
  },
  seed: { type: 'string', requiresArg: true, default: '1', describe: 'Same seed, same files' },
  rate: {
    requiresArg: true,
    coerce: positiveNumber('rate'),
    describe: 'Requests a second before it answers 429; no limit if absent',
  },
  burst: {
    requiresArg: true,
    default: 10,
    coerce: positiveNumber('burst'),
    describe: 'Requests that may come at once, with --rate',
  },
  'stored-share': {
    requiresArg: true,
    default: 0.7,
    coerce: share('stored-share'),
    describe: 'Part of the files that is stored, 0 to 1',
  },
  host: {
    type: 'string',
    requiresArg: true,
    default: '127.0.0.1',
    describe: 'Address to listen on',
  },
  port: {
    requiresArg: true,
    default: 0,
    coerce: wholeNumber('port'),
    describe: 'Port to listen on; 0 takes a free one',
  },
} as const;

type Flags = InferredOptionTypes<typeof EMULATOR_OPTIONS>;

/** `emulator`: an Uploadcare of one's own, on loopback. */
export function emulatorCommand(host: CommandHost): CommandModule<object, Flags> {
  return {
    command: 'emulator',
    describe: 'Serve an emulated Uploadcare project to try things on',
    builder: (yargs) =>
      yargs.options(host.options(EMULATOR_OPTIONS)).example([
        ['$0 emulator --files 10000', '1. Ten thousand files, the same ones each time'],
        ['$0 emulator --files 10000 --rate 5 --burst 5', '2. The same with a rate limit'],
      ]),
    handler: (flags) => host.invoke(flags, (invocation) => serve(invocation, flags)),
  };
}

/** Serves until a signal; being stopped is how it ends well. */
async function serve(
  { surroundings, output }: Invocation,
  flags: ArgumentsCamelCase<Flags>,
): Promise<ExitCode> {
  const emulator = createEmulator({
    files: flags.files,
    seed: flags.seed,
    storedShare: flags.storedShare,
    throttle: flags.rate === undefined ? null : { perSecond: flags.rate, burst: flags.burst },
  });
  const listening = await listen(emulator, flags);
  const stopped = new Promise<void>((resolve) => {
    const stopListening = surroundings.onSignal(() => {
      stopListening();
      resolve();
    });
  });
  const { origin, port } = listening;
  const [project] = emulator.projects;
  const { publicKey = '', secretKey = '' } = project ?? {};
  const document = {
    type: 'emulator',
    origin,
    port,
    publicKey,
    secretKey,
    files: project?.counts(),
  };
  // Past the filter for secrets: these keys are everybody's, and are there to be read.
  surroundings.stdout.write(
    `${output.json ? documentLine(document) : pointersTo(origin, { publicKey, secretKey })}\n`,
  );
  output.say(`Serving ${flags.files} files at ${origin}; Ctrl-C ends it, and all it knows.`);
  await stopped;
  await listening.close();
  return 0;
}

function listen(emulator: Emulator, { host, port }: ArgumentsCamelCase<Flags>) {
  return emulator.listen({ host, port }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError('configuration', `Can't listen on ${host}:${port}: ${why}`, {
      cause: error,
    });
  });
}

/** Lines for the shell that is to talk to it. */
function pointersTo(origin: string, keys: { publicKey: string; secretKey: string }): string {
  return [
    `export UPLOADCARE_REST_API_BASE=${origin}`,
    `export UPLOADCARE_PUBLIC_KEY=${keys.publicKey}`,
    `export UPLOADCARE_SECRET_KEY=${keys.secretKey}`,
  ].join('\n');
}
