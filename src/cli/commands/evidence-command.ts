import { resolve } from 'node:path';
import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { isUnfinished } from '../../core/run.ts';
import { UserError } from '../../core/user-error.ts';
import { checkEvidence } from '../../evidence/check-evidence.ts';
import { writeEvidence } from '../../evidence/write-evidence.ts';
import { parsePrivateKey } from '../../plans/approval-keys.ts';
import { toolVersion } from '../../run/tool-version.ts';
import { readIdleRun } from '../../state/read-reported-run.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { checkedDocument, checkedText, writtenDocument, writtenText } from '../evidence-text.ts';
import type { ExitCode } from '../exit-code.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { text } from '../option-values.ts';
import { readKeyFile, readPublicKeys } from '../read-key-file.ts';
import { findRunArgument, RUN_ARGUMENT } from '../run-argument.ts';
import { stoppable } from '../stoppable.ts';

// No environment variable sets these options: a signature must be a decision about one run.
const OWN_OPTIONS = {
  output: {
    alias: 'o',
    type: 'string',
    requiresArg: true,
    coerce: text('output'),
    describe: 'New folder for the evidence',
  },
  sign: {
    type: 'string',
    requiresArg: true,
    coerce: text('sign'),
    describe: 'File with your private ed25519 key (PEM, or as ssh-keygen writes it)',
  },
  check: {
    type: 'string',
    requiresArg: true,
    coerce: text('check'),
    describe: 'Folder with evidence to check; needs no run and no state directory',
  },
  key: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'With --check: file with the public key that must have signed; can be repeated',
  },
} as const;

type Flags = InferredOptionTypes<typeof GLOBAL_OPTIONS & typeof OWN_OPTIONS> & {
  run: string | undefined;
};
type Given = ArgumentsCamelCase<Flags>;

/** `evidence RUN -o FOLDER`: writes evidence of the deletes of a run. `evidence --check FOLDER` checks it. */
export function evidenceCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', describe: RUN_ARGUMENT })
        .options({ ...host.options(GLOBAL_OPTIONS), ...host.flags(OWN_OPTIONS) })
        .epilogue(
          helpExamples([
            ['$0 evidence latest -o deletes-2026-11', 'Evidence of the newest run'],
            ['$0 evidence latest -o deletes-2026-11 --sign ~/.ssh/id_ed25519', 'With a signature'],
            ['$0 evidence --check deletes-2026-11 --key ann.pub', 'Check it'],
          ]),
        ),
    handler: (flags) =>
      host.invoke(flags, (invocation) =>
        flags.check === undefined
          ? write(invocation, flags)
          : check(invocation, flags, flags.check),
      ),
  };
}

function write(invocation: Invocation, { run: name, output: target, sign, key }: Given) {
  if (name === undefined) throw wrongUse('Name a run: `ucbulk evidence RUN -o FOLDER`.');
  if (target === undefined) {
    throw wrongUse(`Name a new folder: \`ucbulk evidence ${name} -o FOLDER\`.`);
  }
  if (key !== undefined) throw wrongUse('--key needs --check. To sign, use --sign.');
  const { surroundings, stateDirectory, output } = invocation;
  const { cwd, world } = surroundings;
  return stoppable(surroundings, async (signal): Promise<ExitCode> => {
    const privateKey =
      sign === undefined ? null : parsePrivateKey(await readKeyFile(sign, surroundings), sign);
    const wanted = await findRunArgument(name, invocation);
    const run = await readIdleRun(stateDirectory, wanted, world);
    const folder = resolve(cwd, target);
    const tool = toolVersion();
    const written = await writeEvidence(run, { folder, tool, privateKey, signal }, world);
    output.result(writtenDocument(folder, written), () => output.fit(writtenText(target, written)));
    const { state, records, unknownResults } = written.manifest;
    if (records === 0) output.warn('The evidence has no records: no delete is known to be done.');
    if (unknownResults > 0) {
      output.warn(
        `Deletes with an unknown result: ${unknownResults}. They may have been done, and have no record. \`ucbulk items ${run.run}\` lists the items with their states.`,
      );
    }
    if (isUnfinished(state)) {
      output.warn(
        `The run is ${state}. If it continues, it may delete more: write new evidence then.`,
      );
    }
    return 0;
  });
}

function check(invocation: Invocation, { run, output: target, sign, key }: Given, given: string) {
  if (run !== undefined || target !== undefined || sign !== undefined) {
    throw wrongUse('--check needs only the folder, and perhaps --key: leave the rest out.');
  }
  const { surroundings, output } = invocation;
  const { cwd, world } = surroundings;
  return stoppable(surroundings, async (signal): Promise<ExitCode> => {
    const trusted = key === undefined ? null : await readPublicKeys(key, surroundings);
    const folder = resolve(cwd, given);
    const checked = await checkEvidence({ folder, files: world.files, trusted, signal });
    output.result(checkedDocument(folder, checked), () =>
      output.fit(checkedText(given, checked, trusted !== null)),
    );
    return checked.faults.length === 0 ? 0 : 1;
  });
}

function wrongUse(message: string): UserError {
  return new UserError('usage', message);
}
