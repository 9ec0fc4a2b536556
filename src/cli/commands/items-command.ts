import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { ITEM_STATES } from '../../core/item-state.ts';
import { present } from '../../core/present.ts';
import type { RunId } from '../../core/run.ts';
import { UserError } from '../../core/user-error.ts';
import { ndjsonLines } from '../../report/row-texts.ts';
import { whyNotLookedUp } from '../../resolve/check-adopted.ts';
import { findCandidates } from '../../resolve/doubt-candidates.ts';
import { type DoubtAtStep, readDoubts } from '../../resolve/doubts.ts';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import type { ProjectClient } from '../../run/open-client.ts';
import { readItems, readRun } from '../../state/read-runs.ts';
import type { ItemReport } from '../../state/run-status.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { CONNECTION_OPTIONS } from '../connection-options.ts';
import { doubtFacts, doubtText } from '../doubt-text.ts';
import { GLOBAL_OPTIONS_WITHOUT_STATE } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { itemsTable } from '../items-table.ts';
import { positiveInteger } from '../option-values.ts';
import type { Output } from '../output.ts';
import { printTexts } from '../print-texts.ts';
import { findRunArgument, RUN_ARGUMENT } from '../run-argument.ts';
import { withClient } from '../with-client.ts';

/**
 * Maximum number of items in one table. A table is built in memory, and a run may have more items than fit
 * there.
 */
const TABLE_ITEMS = 1000;

const ITEMS_OPTIONS = {
  state: { choices: ITEM_STATES, requiresArg: true, describe: 'Only items that are in this state' },
  limit: {
    requiresArg: true,
    coerce: positiveInteger('limit'),
    describe: 'Maximum number of items',
  },
  candidates: {
    type: 'boolean',
    default: false,
    describe: 'With --state in-doubt: look up the files that the items may have made',
  },
} as const;

const OPTIONS = { ...GLOBAL_OPTIONS_WITHOUT_STATE, ...CONNECTION_OPTIONS } as const;

type Flags = InferredOptionTypes<typeof OPTIONS & typeof ITEMS_OPTIONS> & { run: string };
type Given = ArgumentsCamelCase<Flags>;

/**
 * `items RUN`: lists the items of a run, one per line. An item is in doubt if its request was sent, but its
 * result is unknown. For such items, it also prints everything a person needs to decide about them.
 */
export function itemsCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', demandOption: true, describe: RUN_ARGUMENT })
        .options({ ...host.flags(ITEMS_OPTIONS), ...host.options(OPTIONS) })
        .epilogue(
          helpExamples([
            ['$0 items 20261121-205404-k3x9 --state failed', 'Failed items with reasons'],
            ['$0 items 20261121-205404-k3x9 --json', 'All items, one document per item'],
            [
              '$0 items 20261121-205404-k3x9 --state in-doubt --candidates',
              'Items in doubt, and the files that they may have made',
            ],
          ]),
        ),
    handler: (flags) =>
      host.invoke(flags, async (invocation) => {
        const { surroundings, stateDirectory } = invocation;
        const wanted = await findRunArgument(flags.run, invocation);
        const { run } = await readRun(stateDirectory, wanted, surroundings.world);
        if (flags.state === 'in-doubt') return printDoubts(run, flags, invocation);
        if (flags.candidates) throw new UserError('usage', '--candidates needs --state in-doubt.');
        await printItems(run, flags, invocation);
        return 0;
      }),
  };
}

async function printItems(
  run: RunId,
  { state, limit }: Given,
  { output, stateDirectory, surroundings }: Invocation,
): Promise<void> {
  const items = readItems(stateDirectory, run, present({ state, limit }));
  if (output.json) {
    const lines = ndjsonLines({ version: 1, type: 'item', run }, items);
    await printTexts(lines, surroundings.stdout);
    return;
  }
  let table: ItemReport[] = [];
  for (const item of items) {
    table.push(item);
    if (table.length < TABLE_ITEMS) continue;
    if (!(await output.canPrint())) return;
    printTable(table, output);
    table = [];
  }
  printTable(table, output);
}

function printTable(items: readonly ItemReport[], output: Output): void {
  if (items.length > 0) output.text(() => output.fit(itemsTable(items)));
}

async function printDoubts(run: RunId, flags: Given, invocation: Invocation): Promise<0> {
  if (!flags.candidates) {
    await printDoubtPages(run, flags, { invocation, client: null });
    return 0;
  }
  const connection = connectionFromEnv(invocation.surroundings.env, flags);
  const why = whyNotLookedUp(invocation.stateDirectory, run, connection);
  if (why !== null) {
    throw new UserError(
      'configuration',
      `Candidates can't be looked up: ${why}. Nothing was changed. Leave out --candidates, or use the keys and the API base of the run.`,
    );
  }
  await withClient(invocation, flags, (client) =>
    printDoubtPages(run, flags, {
      invocation,
      client: { ...client, publicKey: connection.publicKey },
    }),
  );
  return 0;
}

interface DoubtSources {
  readonly invocation: Invocation;
  /**
   * The client that searches for files that may be the result of an item in doubt. null if the command must
   * not search.
   */
  readonly client: (ProjectClient & { readonly publicKey: string }) | null;
}

async function printDoubtPages(run: RunId, { limit }: Given, { invocation, client }: DoubtSources) {
  const { output, stateDirectory, advice } = invocation;
  for (const page of readDoubts(stateDirectory, run, limit === undefined ? {} : { limit })) {
    const found = await lookUpCandidates(page, run, { invocation, client });
    for (const { doubt } of page) {
      if (!(await output.canPrint())) return;
      const report = { run, doubt, found: found?.get(doubt.key) ?? null };
      output.result(doubtFacts(report, advice), () => output.fit(doubtText(report, advice)));
    }
  }
}

async function lookUpCandidates(page: readonly DoubtAtStep[], run: RunId, sources: DoubtSources) {
  const { client, invocation } = sources;
  if (client === null) return null;
  const { stateDirectory, surroundings } = invocation;
  const { publicKey } = client;
  const { files } = surroundings.world;
  return findCandidates(page, { client, stateDirectory, files, run, publicKey });
}
