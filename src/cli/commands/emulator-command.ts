import { resolve } from 'node:path';
import type { ArgumentsCamelCase } from 'yargs';
import { formatCounted } from '../../core/counted.ts';
import { errorMessage } from '../../core/error-message.ts';
import { UserError } from '../../core/user-error.ts';
import { createEmulator, type Emulator } from '../../emulator/emulator.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { checkSavePath, objectsFault, readObjectsFile, saveObjects } from '../emulator-objects.ts';
import { EMULATOR_OPTIONS, type EmulatorFlags, servicePorts } from '../emulator-options.ts';
import { emulatorDocument, emulatorPointers } from '../emulator-text.ts';
import type { ExitCode } from '../exit-code.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { documentLine } from '../output.ts';
import { untilSignal } from '../stop-signals.ts';

type Flags = ArgumentsCamelCase<EmulatorFlags>;

/** `emulator`: serves an emulated Uploadcare on 127.0.0.1. */
export function emulatorCommand(host: CommandHost): CommandParts<EmulatorFlags> {
  return {
    builder: (yargs) =>
      yargs.options({ ...host.flags(EMULATOR_OPTIONS), ...host.options(GLOBAL_OPTIONS) }).epilogue(
        helpExamples([
          ['$0 emulator --files 10000', 'Ten thousand files, the same ones each time'],
          ['$0 emulator --files 10000 --rate 5 --burst 5', 'The same with a rate limit'],
          ['$0 emulator --load objects.json --port 8010', 'Your own projects'],
          ['$0 emulator --load o.json --save o.json', 'Continue where you stopped'],
        ]),
      ),
    handler: (flags) => host.invoke(flags, (invocation) => serve(invocation, flags)),
  };
}

/**
 * Serves until the process gets a signal. The exit code is then 0, because a signal is the normal way to stop
 * it.
 */
async function serve(invocation: Invocation, flags: Flags): Promise<ExitCode> {
  const { surroundings, output } = invocation;
  const savePath = flags.save === undefined ? null : resolve(surroundings.cwd, flags.save);
  if (savePath !== null) checkSavePath(savePath);
  const emulator = await makeEmulator(invocation, flags);
  const listening = await listen(emulator, flags);
  const stopped = untilSignal(surroundings);
  const stopSaving = surroundings.onSaveSignal(() => saveNow(invocation, emulator, savePath));
  // Writes to stdout directly, because `output` would hide the secret keys. The user needs the emulator's
  // keys, and they protect nothing.
  surroundings.stdout.write(
    `${output.json ? documentLine(emulatorDocument(emulator, listening)) : emulatorPointers(emulator, listening)}\n`,
  );
  // Without the printed address nobody can use the emulator, so the command ends if the output failed.
  if (surroundings.stdout.failure !== null) {
    await listening.close();
    stopSaving();
    return 3;
  }
  const end =
    savePath === null
      ? 'to stop. All files are lost unless --save is used'
      : `to save ${flags.save} and stop`;
  output.info(`Serving ${describeContent(emulator)} at ${listening.origin}. Press Ctrl-C ${end}.`);
  await stopped;
  await listening.close();
  stopSaving();
  if (savePath !== null) saveObjects(emulator, savePath);
  return 0;
}

async function makeEmulator({ surroundings }: Invocation, flags: Flags): Promise<Emulator> {
  const { load } = flags;
  const options = {
    files: flags.files ?? (load === undefined ? 1000 : 0),
    seed: flags.seed,
    storedShare: flags.storedShare,
    throttle: flags.rate === undefined ? null : { perSecond: flags.rate, burst: flags.burst },
    // Makes the file URLs in answers lead to the emulator, so that a browser can open them.
    cdnOrigin: 'self',
  };
  if (load === undefined) return createEmulator(options);
  const objects = await readObjectsFile(surroundings, load);
  try {
    return createEmulator({ ...options, load: objects });
  } catch (error) {
    throw objectsFault(load, error);
  }
}

function listen(emulator: Emulator, flags: Flags) {
  return emulator.listen(servicePorts(flags)).catch((error: unknown) => {
    const why = errorMessage(error);
    const at = `${flags.host}:${flags.port}`;
    throw new UserError('configuration', `Can't listen on ${at}: ${why}`, { cause: error });
  });
}

/** Saves the emulator's content while it serves. Only prints a warning if the save fails. */
function saveNow({ output }: Invocation, emulator: Emulator, path: string | null): void {
  if (path === null) {
    output.warn('Nothing was saved: start the emulator with --save FILE.');
    return;
  }
  try {
    saveObjects(emulator, path);
    output.info(`Saved ${path}.`);
  } catch (error) {
    output.warn(errorMessage(error));
  }
}

function describeContent({ projects }: Emulator): string {
  const files = projects.reduce((sum, project) => {
    const { stored, unstored } = project.counts();
    return sum + stored + unstored;
  }, 0);
  const counted = formatCounted(files, 'file');
  return projects.length === 1 ? counted : `${counted} of ${projects.length} projects`;
}
