import { resolve } from 'node:path';
import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs';
import { formatCount, formatCounted } from '../../core/counted.ts';
import { ITEM_STATES } from '../../core/item-state.ts';
import { isUnfinished, type RunId } from '../../core/run.ts';
import { UserError } from '../../core/user-error.ts';
import { plainLines } from '../../progress/terminal-text.ts';
import { type CostReport, costTexts } from '../../report/cost-texts.ts';
import { decisionTexts } from '../../report/decision-texts.ts';
import { itemTexts } from '../../report/item-texts.ts';
import { MAP_FORMATS, type MapForm, mapTexts } from '../../report/map-texts.ts';
import { type MoveCounts, noMoveCounts } from '../../report/moves.ts';
import { REDIRECT_SERVERS } from '../../report/redirect-lines.ts';
import { ROW_FORMATS } from '../../report/row-texts.ts';
import type { ReportedRun } from '../../report/run-items.ts';
import { SQL_DIALECTS } from '../../report/sql-updates.ts';
import { writeTexts } from '../../report/write-texts.ts';
import { readReportedRun } from '../../state/read-reported-run.ts';
import { readRun } from '../../state/read-runs.ts';
import type { CommandHost, Invocation } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { GLOBAL_OPTIONS_WITHOUT_STATE } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { MOVE_OPTIONS, newHost } from '../move-options.ts';
import { text } from '../option-values.ts';
import { printTexts } from '../print-texts.ts';
import { findRunArgument, RUN_ARGUMENT } from '../run-argument.ts';
import { stoppable } from '../stoppable.ts';

const REPORT_OPTIONS = {
  format: {
    choices: [...ROW_FORMATS, 'map', 'decisions', 'costs'],
    requiresArg: true,
    describe:
      'A row for each item (csv, ndjson, json), the map from old files to new ones, a CSV of items in doubt for `resolve --from`, or a CSV of the costs by step; csv if absent',
  },
  output: {
    alias: 'o',
    requiresArg: true,
    coerce: text('output'),
    describe: 'File to write, replaced only when complete; stdout if absent',
  },
  as: { choices: MAP_FORMATS, requiresArg: true, describe: 'Form of the map; csv if absent' },
  table: { requiresArg: true, coerce: text('table'), describe: 'Table of `--as sql`' },
  column: { requiresArg: true, coerce: text('column'), describe: 'Column of `--as sql`' },
  match: {
    choices: ['part', 'whole'],
    default: 'part',
    requiresArg: true,
    describe: 'Position of UUIDs in the column: part of a text, or the whole value',
  },
  dialect: {
    choices: SQL_DIALECTS,
    default: 'ansi',
    requiresArg: true,
    describe: 'Quoting of `--as sql`; ansi is for PostgreSQL and SQLite',
  },
  server: {
    choices: REDIRECT_SERVERS,
    default: 'nginx',
    requiresArg: true,
    describe: 'Server for `--as redirects`',
  },
  ...MOVE_OPTIONS,
  'new-host': {
    requiresArg: true,
    coerce: newHost,
    describe: "CDN host of new URLs; the project's own if absent",
  },
} as const;

// No environment variable sets this option. Its variable would be UCBULK_STATE, which already sets the
// directory of the run databases.
const STATE_OPTION = {
  state: { choices: ITEM_STATES, requiresArg: true, describe: 'Only items in this state' },
} as const;

type Options = typeof GLOBAL_OPTIONS_WITHOUT_STATE & typeof REPORT_OPTIONS & typeof STATE_OPTION;
type Flags = InferredOptionTypes<Options> & { run: string };
type Given = ArgumentsCamelCase<Flags>;

/**
 * `report RUN`: prints all items of a run for other programs, or a map from each old file to its new file.
 */
export function reportCommand(host: CommandHost): CommandModule<object, Flags> {
  return {
    command: 'report <run>',
    describe: 'Print all items of a run as CSV or JSON, or the map from old files to new ones',
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', demandOption: true, describe: RUN_ARGUMENT })
        .options({
          ...host.options({ ...GLOBAL_OPTIONS_WITHOUT_STATE, ...REPORT_OPTIONS }),
          ...host.flags(STATE_OPTION),
        })
        .epilogue(
          helpExamples([
            ['$0 report 20261121-205404-k3x9 -o items.csv', 'A table of all items'],
            [
              '$0 report 20261121-205404-k3x9 --format map',
              'The map from old UUIDs and URLs to new ones',
            ],
            [
              '$0 report latest --format map --as sql --table posts --column body',
              'Updates for a database',
            ],
          ]),
        ),
    handler: (flags) =>
      host.invoke(flags, async (invocation) => {
        const { surroundings, stateDirectory } = invocation;
        checkTogether(flags);
        const wanted = await findRunArgument(flags.run, invocation);
        const run = await readReportedRun(stateDirectory, wanted, surroundings.world);
        const counts = noMoveCounts();
        const texts =
          flags.format === 'costs'
            ? costTexts(await readCosts(run.run, invocation))
            : createTexts(run, flags, counts);
        let code: ExitCode = 0;
        if (flags.output === undefined) await printTexts(texts, surroundings.stdout);
        else code = await writeFile(texts, flags.output, invocation);
        if (flags.format === 'map') warnAboutDeleted(counts, invocation);
        if (flags.as === 'sql' || flags.as === 'redirects') warnAboutMissing(counts, invocation);
        return code;
      }),
  };
}

/** Reads the cost of a run. Throws a `UserError` if the run has no prices. */
async function readCosts(
  run: RunId,
  { surroundings, stateDirectory }: Invocation,
): Promise<CostReport> {
  const { jobName, cost, labels, state } = await readRun(stateDirectory, run, surroundings.world);
  if (cost === null) {
    const advice = isUnfinished(state)
      ? 'Add `prices` to its job file, then resume the run with `--job FILE`.'
      : 'The run has ended, so it can get no prices any more. `ucbulk status` shows what it has paid for. For the next run, add `prices` to the job file.';
    throw new UserError('usage', `Run ${run} has no prices, so its cost is unknown. ${advice}`);
  }
  return { run, job: jobName, labels: labels ?? {}, ...cost };
}

/** Warns about items that have no new file any more, because a later step of the run deleted it. */
function warnAboutDeleted({ deleted }: MoveCounts, { output }: Invocation): void {
  if (deleted === 0) return;
  output.warn(
    `${formatCounted(deleted, 'item')} left out: the run deleted the files that it had made from them.`,
  );
}

/**
 * Warns about items that are missing in the printed SQL or redirects. The user must know this before applying
 * them.
 */
function warnAboutMissing(
  { written, unsettled, deleted, unmatched }: MoveCounts,
  { output }: Invocation,
): void {
  if (unmatched > 0) {
    output.warn(
      `${formatCounted(unmatched, 'old URL')} left out: the server can't match the URL (too long, or Netlify and a query), or an earlier line has the same URL.`,
    );
  }
  if (unsettled > 0) {
    const why = 'they are unfinished, in doubt, or failed; --as csv has all of them';
    output.warn(`${formatCount(unsettled)} items with new files are left out: ${why}.`);
  } else if (written === 0 && deleted === 0) {
    output.warn('This run made no new files: there is nothing to change.');
  }
}

/** The formats that have no rows of items, or rows of all items. */
const STATELESS = ['map', 'costs'];

/** Throws for a flag that has no effect together with the other flags. */
function checkTogether({ json, format, as, output, state, table, column }: Given): void {
  const refuse = (message: string) => {
    throw new UserError('usage', message);
  };
  if (format !== 'map' && as !== undefined) refuse('--as needs --format map.');
  if (state !== undefined && STATELESS.some((other) => other === format))
    refuse(`--format ${format} takes no --state: leave it out.`);
  if (format === 'decisions' && state !== undefined && state !== 'in-doubt') {
    refuse('--format decisions lists only items in doubt: leave --state out.');
  }
  if (as === 'sql' && (table === undefined || column === undefined)) {
    refuse('--as sql needs --table and --column: the place of the old references.');
  }
  const form = format === 'map' ? as : format;
  if (json && output === undefined && form !== undefined && form !== 'ndjson') {
    refuse(`--json prints NDJSON; write ${form} to a file with -o, or leave --json out.`);
  }
}

function createTexts(run: ReportedRun, flags: Given, counts: MoveCounts): Generator<string> {
  const defaultFormat = flags.json && flags.output === undefined ? 'ndjson' : 'csv';
  const { format = defaultFormat, state, newHost, oldHost, bucketUrl } = flags;
  if (format === 'decisions') return decisionTexts(run);
  if (format !== 'map' && format !== 'costs') {
    return itemTexts(run, { format, ...(state !== undefined && { states: [state] }) });
  }
  const settings = { newHost: newHost ?? null, oldHosts: oldHost, bucketUrl };
  return mapTexts(run, mapForm(flags, defaultFormat), settings, counts);
}

function mapForm({ as, to, server, ...sql }: Given, defaultFormat: 'csv' | 'ndjson'): MapForm {
  if (as === 'redirects') return { as, redirects: { server, to } };
  if (as !== 'sql') return { as: as ?? defaultFormat };
  const { table = '', column = '', dialect, match } = sql;
  return { as, sql: { table, column, dialect, match, to } };
}

async function writeFile(
  texts: Generator<string>,
  output: string,
  { surroundings, output: printer }: Invocation,
) {
  const path = resolve(surroundings.cwd, output);
  return stoppable(surroundings, async (signal) => {
    await writeTexts(texts, { path, signal, id: surroundings.world.ids.runId() });
    printer.result({ type: 'report', file: path }, () => '');
    if (!printer.json) printer.info(`Written: ${plainLines(path)}`);
    return 0;
  });
}
