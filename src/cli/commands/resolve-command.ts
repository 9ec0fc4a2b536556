import { resolve } from 'node:path';
import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { formatCount, formatCounted } from '../../core/counted.ts';
import { isFileUuid, parseFileUuid } from '../../core/file-uuid.ts';
import { isUnfinished, type RunId } from '../../core/run.ts';
import { UserError } from '../../core/user-error.ts';
import { checkAdopted, whyNotLookedUp } from '../../resolve/check-adopted.ts';
import { readDecisions } from '../../resolve/read-decisions.ts';
import { type Decision, RESOLUTIONS, type Resolution } from '../../resolve/resolution.ts';
import { type ResolvedCounts, resolveItems } from '../../resolve/resolve-items.ts';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import { readRun } from '../../state/read-runs.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { CLIENT_OPTIONS } from '../connection-options.ts';
import { helpExamples } from '../help-examples.ts';
import { text } from '../option-values.ts';
import { findRunArgument, RUN_ARGUMENT } from '../run-argument.ts';
import { withClient } from '../with-client.ts';

const RESOLVE_OPTIONS = {
  as: {
    choices: RESOLUTIONS,
    requiresArg: true,
    describe:
      'Decision: done (it happened), redo (send it again), skip (leave it), adopt (it made the file --file)',
  },
  file: {
    type: 'string',
    requiresArg: true,
    describe: 'UUID of the file that was made; with --as adopt',
  },
  from: {
    requiresArg: true,
    coerce: text('from'),
    describe: 'CSV with a decision for each item: columns item, as, file; - is standard input',
  },
} as const;

type Flags = InferredOptionTypes<typeof CLIENT_OPTIONS & typeof RESOLVE_OPTIONS> & {
  run: string;
  item: string[] | undefined;
};

/**
 * `resolve RUN [ITEM…]`: stores a person's decisions about items whose request was sent and whose result is
 * unknown.
 */
export function resolveCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', demandOption: true, describe: RUN_ARGUMENT })
        .positional('item', {
          type: 'string',
          array: true,
          describe: 'Keys of items in doubt; all of them if absent',
        })
        .options({ ...host.flags(RESOLVE_OPTIONS), ...host.options(CLIENT_OPTIONS) })
        .epilogue(
          helpExamples([
            ['$0 items 20261121-205404-k3x9 --state in-doubt', 'List items in doubt with reasons'],
            ['$0 resolve 20261121-205404-k3x9 UUID --as adopt --file NEW', 'It made this file'],
            ['$0 resolve 20261121-205404-k3x9 --as redo', 'Send all of them again'],
            [
              '$0 resolve 20261121-205404-k3x9 --from decisions.csv',
              'A decision for each of many items',
            ],
            ['$0 resume 20261121-205404-k3x9', 'Continue'],
          ]),
        ),
    handler: (flags) => host.invoke(flags, (invocation) => resolveRun(invocation, flags)),
  };
}

async function resolveRun(invocation: Invocation, flags: ArgumentsCamelCase<Flags>): Promise<0> {
  const { surroundings, output, stateDirectory, advice } = invocation;
  const { world } = surroundings;
  const { decisions, undecided } = await readRequestedDecisions(flags, invocation);
  const wanted = await findRunArgument(flags.run, invocation);
  const { run, state } = await readRun(stateDirectory, wanted, world);
  await lookUpAdopted(run, decisions, { invocation, flags });
  const { unchanged, ...counts } = await resolveItems(stateDirectory, { run, decisions }, world);
  const items = Object.values(counts).reduce((sum, count) => sum + count, 0);
  output.result({ type: 'resolved', run, items, counts, alreadySo: unchanged, undecided }, () =>
    [
      `${formatCounted(items, 'item')} in doubt ${items === 1 ? 'is' : 'are'} resolved${formatCounts(counts)}.`,
      ...(unchanged === 0
        ? []
        : [`${formatCounted(unchanged, 'decision')} had already been applied.`]),
      ...(undecided === 0
        ? []
        : [`${formatCounted(undecided, 'row')} without a decision: left in doubt.`]),
      ...(items === 0 || !isUnfinished(state) ? [] : [`Continue: ${advice.resume(run)}`]),
    ].join('\n'),
  );
  return 0;
}

function formatCounts(counts: Omit<ResolvedCounts, 'unchanged'>): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return parts.length === 0
    ? ''
    : `: ${parts.map(([as, count]) => `${formatCount(count)} ${as}`).join(', ')}`;
}

interface RequestedDecisions {
  readonly decisions: Resolution | readonly Decision[];
  readonly undecided: number;
}

async function readRequestedDecisions(
  { as, file, from, item = [] }: ArgumentsCamelCase<Flags>,
  { surroundings: { cwd, world } }: Invocation,
): Promise<RequestedDecisions> {
  if (from !== undefined) {
    if (as === undefined && file === undefined && item.length === 0) {
      return readDecisions(from === '-' ? from : resolve(cwd, from), world.files);
    }
    throw new UserError(
      'usage',
      '--from has a decision for each item: leave --as, --file and ITEM out.',
    );
  }
  if (as === undefined) {
    throw new UserError(
      'usage',
      'No decision was given. Add --as done, redo, skip or adopt, or --from FILE.',
    );
  }
  const resolution = createResolution(as, file, item);
  if (item.length === 0) return { decisions: resolution, undecided: 0 };
  const decisions = [...new Set(item)].map((key) => ({ item: key, resolution, place: '' }));
  return { decisions, undecided: 0 };
}

function createResolution(
  as: Resolution['as'],
  file: string | undefined,
  items: readonly string[],
): Resolution {
  if (as !== 'adopt') {
    if (file === undefined) return { as };
    throw new UserError('usage', `--file needs --as adopt, got --as ${as}.`);
  }
  if (file === undefined || items.length !== 1) {
    throw new UserError(
      'usage',
      '--as adopt needs one item, and --file with the UUID of the new file.',
    );
  }
  if (isFileUuid(file)) return { as, file: parseFileUuid(file) };
  throw new UserError('usage', `--file takes the UUID of a file, got \`${file.slice(0, 80)}\`.`);
}

/**
 * The user may name files as the results of items. Checks that these files exist. If the check is not
 * possible, prints the reason. Without this check, a mistyped UUID would get into every report.
 */
async function lookUpAdopted(
  run: RunId,
  decisions: RequestedDecisions['decisions'],
  { invocation, flags }: { invocation: Invocation; flags: ArgumentsCamelCase<Flags> },
): Promise<void> {
  const resolutions =
    'as' in decisions ? [decisions] : decisions.map(({ resolution }) => resolution);
  const files = resolutions.flatMap((one) => (one.as === 'adopt' ? [one.file] : []));
  if (files.length === 0) return;
  const { output, stateDirectory, surroundings } = invocation;
  const { UPLOADCARE_PUBLIC_KEY: publicKey, UPLOADCARE_SECRET_KEY: secretKey } = surroundings.env;
  const why =
    (publicKey ?? '') === '' || (secretKey ?? '') === ''
      ? 'no keys are set'
      : whyNotLookedUp(stateDirectory, run, connectionFromEnv(surroundings.env, flags));
  if (why === null) return withClient(invocation, flags, (client) => checkAdopted(client, files));
  output.info(`ucbulk did not check that the adopted files exist: ${why}.`);
}
