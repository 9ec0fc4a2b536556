import { resolve } from 'node:path';
import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { formatCount, formatCounted } from '../../core/counted.ts';
import { isUnfinished, type RunId } from '../../core/run.ts';
import { UserError } from '../../core/user-error.ts';
import { galleryFiles } from '../../page-data/gallery-files.ts';
import { createReportPage } from '../../page-data/report-page.ts';
import { plainLines } from '../../progress/terminal-text.ts';
import { checkOldUrls } from '../../report/bucket-address.ts';
import { type CostReport, costTexts } from '../../report/cost-texts.ts';
import { decisionTexts } from '../../report/decision-texts.ts';
import { itemTexts } from '../../report/item-texts.ts';
import { type MapForm, mapTexts } from '../../report/map-texts.ts';
import { type MoveCounts, noMoveCounts } from '../../report/moves.ts';
import type { ReportedRun } from '../../report/run-items.ts';
import { writeFolder } from '../../report/write-folder.ts';
import { writeTexts } from '../../report/write-texts.ts';
import { toolVersion } from '../../run/tool-version.ts';
import { readReportedRun } from '../../state/read-reported-run.ts';
import { readRun } from '../../state/read-runs.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { GLOBAL_OPTIONS_WITHOUT_STATE } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { printTexts } from '../print-texts.ts';
import { chooseForm, type ReportForm } from '../report-format.ts';
import { FORMAT_HELP, REPORT_OPTIONS, STATE_OPTION } from '../report-options.ts';
import { findRunArgument, RUN_ARGUMENT } from '../run-argument.ts';
import { stoppable } from '../stoppable.ts';

type Options = typeof GLOBAL_OPTIONS_WITHOUT_STATE & typeof REPORT_OPTIONS & typeof STATE_OPTION;
type Flags = InferredOptionTypes<Options> & { run: string };
type Given = ArgumentsCamelCase<Flags>;

/**
 * `report RUN`: prints all items of a run for other programs, or a map from each old file to its new file.
 */
export function reportCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', demandOption: true, describe: RUN_ARGUMENT })
        .options({
          ...host.options({ ...GLOBAL_OPTIONS_WITHOUT_STATE, ...REPORT_OPTIONS }),
          ...host.flags(STATE_OPTION),
        })
        .epilogue(
          `${FORMAT_HELP}\n\n${helpExamples([
            ['$0 report 20261121-205404-k3x9 -o items.csv', 'A table of all items'],
            ['$0 report latest -o report.html', 'A page with numbers, plots and causes'],
            ['$0 report latest --format gallery -o pictures', 'Pictures before and after'],
            [
              '$0 report 20261121-205404-k3x9 --format map',
              'The map from old UUIDs and URLs to new ones',
            ],
            [
              '$0 report latest --format map --as sql --table posts --column body',
              'Updates for a database',
            ],
          ])}`,
        ),
    handler: (flags) => host.invoke(flags, (invocation) => writeReport(flags, invocation)),
  };
}

async function writeReport(flags: Given, invocation: Invocation): Promise<ExitCode> {
  const { surroundings, stateDirectory } = invocation;
  const form = chooseForm(flags);
  const wanted = await findRunArgument(flags.run, invocation);
  const run = await readReportedRun(stateDirectory, wanted, surroundings.world);
  if (form.format === 'html') return writePage(run.run, flags, invocation);
  if (form.format === 'gallery') return writeGallery(run.run, flags, invocation);
  if (form.as === 'redirects') checkOldUrls(run);
  const counts = noMoveCounts();
  const limits: string[] = [];
  const onLimit = (warning: string) => limits.push(warning);
  const texts =
    form.format === 'costs'
      ? costTexts(await readCosts(run.run, invocation))
      : createTexts(run, { flags: { ...flags, onLimit }, form }, counts);
  // A web server reads redirects as its own user.
  const target = { output: flags.output, isPublic: form.as === 'redirects' };
  const code = await writeOut(texts, target, invocation);
  for (const warning of limits) invocation.output.warn(warning);
  if (form.format === 'map') warnAboutDeleted(counts, invocation);
  if (form.as === 'sql' || form.as === 'redirects') warnAboutMissing(counts, invocation);
  return code;
}

type MapFlags = Given & { readonly onLimit: (warning: string) => void };

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
      `${formatCounted(unmatched, 'old URL')} left out: the server can't match the URL (too long, or it has a query), or an earlier line has the same URL.`,
    );
  }
  if (unsettled > 0) {
    const why = 'they are unfinished, in doubt, or failed; --as csv has all of them';
    output.warn(`${formatCount(unsettled)} items with new files are left out: ${why}.`);
  } else if (written === 0 && deleted === 0) {
    output.warn('This run made no new files: there is nothing to change.');
  }
}

function createTexts(
  run: ReportedRun,
  { flags, form }: { readonly flags: MapFlags; readonly form: ReportForm },
  counts: MoveCounts,
): Generator<string> {
  const { state, newHost, oldHost, bucketUrl } = flags;
  const { format } = form;
  if (format === 'decisions') return decisionTexts(run);
  if (format === 'csv' || format === 'ndjson' || format === 'json') {
    return itemTexts(run, { format, ...(state !== undefined && { states: [state] }) });
  }
  const settings = { newHost: newHost ?? null, oldHosts: oldHost, bucketUrl };
  return mapTexts(run, mapForm(form.as ?? 'csv', flags), settings, counts);
}

function mapForm(as: MapForm['as'], { to, server, sizes, onLimit, ...sql }: MapFlags): MapForm {
  if (as === 'redirects') return { as, redirects: { server, to, sizes, onLimit } };
  if (as !== 'sql') return { as };
  const { table = '', column = '', dialect, type, match } = sql;
  return { as, sql: { table, column, dialect, type, match, to, onLimit } };
}

async function writePage(run: RunId, flags: Given, invocation: Invocation): Promise<ExitCode> {
  const { surroundings, stateDirectory, output } = invocation;
  const { thumbnails } = flags;
  return stoppable(surroundings, async (signal) => {
    const options = { run, version: toolVersion(), thumbnails, signal };
    const page = await createReportPage(stateDirectory, options, surroundings.world);
    const code = await writeOut([page.html], { output: flags.output }, invocation);
    const { wanted, embedded, missing } = page.pictures;
    if (missing > 0) {
      output.warn(
        `${formatCounted(missing, 'picture')} could not be fetched, such as those of deleted files. The page shows a placeholder.`,
      );
    }
    if (embedded + missing < wanted) {
      output.warn(
        `The page has ${formatCount(embedded)} of ${formatCounted(wanted, 'picture')}: with more, the file would be larger than 5 MB. \`--format gallery\` has all of them.`,
      );
    }
    return code;
  });
}

async function writeGallery(run: RunId, flags: Given, invocation: Invocation): Promise<ExitCode> {
  const { surroundings, stateDirectory } = invocation;
  const { world } = surroundings;
  const path = resolve(surroundings.cwd, flags.output ?? '');
  return stoppable(surroundings, async (signal) => {
    const files = galleryFiles(stateDirectory, run, world);
    await writeFolder(files, { path, signal, id: world.ids.runId() });
    reportWritten(path, invocation);
    return 0;
  });
}

/** Prints texts, or writes them to a file. */
async function writeOut(
  texts: Iterable<string>,
  {
    output,
    isPublic = false,
  }: { readonly output: string | undefined; readonly isPublic?: boolean },
  invocation: Invocation,
): Promise<ExitCode> {
  const { surroundings } = invocation;
  if (output === undefined) {
    await printTexts(texts, surroundings.stdout);
    return 0;
  }
  const path = resolve(surroundings.cwd, output);
  return stoppable(surroundings, async (signal) => {
    const id = surroundings.world.ids.runId();
    await writeTexts(texts, { path, signal, id, isPublic });
    reportWritten(path, invocation);
    return 0;
  });
}

function reportWritten(path: string, { output }: Invocation): void {
  output.result({ type: 'report', file: path }, () => '');
  if (!output.json) output.info(`Written: ${plainLines(path)}`);
}
