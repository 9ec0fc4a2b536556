import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { UserError } from '../../core/user-error.ts';
import { cleanLeftovers } from '../../state/clean-leftovers.ts';
import { type CleanedRun, cleanRuns } from '../../state/clean-runs.ts';
import { cleanedDocument, cleanedRunDocument, cleanText } from '../clean-text.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { duration, positiveInteger } from '../option-values.ts';

const CLEAN_OPTIONS = {
  ...GLOBAL_OPTIONS,
  'keep-last': {
    requiresArg: true,
    coerce: positiveInteger('keep-last'),
    describe: 'Keep this many of the newest runs of each job',
  },
  'keep-within': {
    type: 'string',
    requiresArg: true,
    coerce: duration('keep-within'),
    describe: 'Keep runs that ended within this time, such as 90d',
  },
  'keep-failed': { type: 'boolean', default: false, describe: 'Keep runs with failed items' },
  'keep-deletes': {
    type: 'boolean',
    default: false,
    describe: 'Keep runs with evidence of deletes, which `evidence` needs',
  },
  'forget-done': {
    type: 'boolean',
    default: false,
    describe: 'Also remove runs that hold paid work; a later run may then pay for it again',
  },
  'dry-run': {
    alias: 'n',
    type: 'boolean',
    default: false,
    describe: 'Show what would be removed; remove nothing',
  },
} as const;

type Flags = InferredOptionTypes<typeof CLEAN_OPTIONS>;
type Given = ArgumentsCamelCase<Flags>;

/** `clean`: removes the ledgers of old runs from the state directory. */
export function cleanCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs.options(host.options(CLEAN_OPTIONS)).epilogue(
        helpExamples([
          ['$0 clean --keep-last 30 --keep-within 90d --dry-run', 'Show what would be removed'],
          ['$0 clean --keep-last 30 --keep-within 90d --keep-failed', 'Remove the others'],
        ]),
      ),
    handler: (flags) => host.invoke(flags, (invocation) => clean(invocation, flags)),
  };
}

async function clean(invocation: Invocation, flags: Given): Promise<0> {
  const { surroundings, output, stateDirectory } = invocation;
  const { keepLast = null, keepWithin = null, keepFailed, keepDeletes, forgetDone, dryRun } = flags;
  if (keepLast === null && keepWithin === null && !keepFailed && !keepDeletes) throw noRule();
  const policy = { keepLast, keepWithinMs: keepWithin, keepFailed, keepDeletes, forgetDone };
  const options = { world: surroundings.world, isDryRun: dryRun };
  const runs: CleanedRun[] = [];
  for await (const run of cleanRuns(stateDirectory, policy, options)) {
    if (output.json) output.result(cleanedRunDocument(run, dryRun), () => '');
    runs.push(run);
  }
  const leftovers = await cleanLeftovers(stateDirectory, options);
  const facts = { runs, leftovers, isDryRun: dryRun };
  output.result(cleanedDocument(facts), () =>
    output.fit(cleanText(facts, surroundings.stdout.columns || undefined)),
  );
  return 0;
}

function noRule(): UserError {
  return new UserError(
    'usage',
    'Name the runs to keep with --keep-last N, --keep-within DURATION, --keep-failed or --keep-deletes. Nothing was removed. For example: ucbulk clean --keep-last 30 --keep-within 90d --keep-failed --dry-run',
  );
}
