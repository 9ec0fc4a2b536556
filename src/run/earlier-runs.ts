import { isUnfinished, parseRunId, stateWithoutProcess } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import type { RunRecord } from '../ledger/run-table.ts';
import { withReader } from '../ledger/with-reader.ts';
import type { EarlierRuns, MadeFilesOptions } from '../sources/earlier-runs.ts';
import { checkIdle } from '../state/read-reported-run.ts';
import type { StatePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';
import { backedUpDeletes, deletedWithBackup } from './deleted-with-backup.ts';
import { type MakingStep, madeFiles, makingSteps } from './made-files.ts';

/** The place of the ledgers of earlier runs, and the project whose runs may be read. */
interface EarlierRunsOptions {
  readonly paths: StatePaths;
  readonly files: Files;
  readonly publicKey: string;
}

/** The public key of the project that contains the items of a run. */
function findSourceKey(record: Pick<RunRecord, 'job' | 'publicKey'>): string | undefined {
  const { source, projects } = storedJob(record);
  return source.project === undefined
    ? record.publicKey
    : projects?.[source.project]?.publicKey.key;
}

/**
 * Gives a source access to the runs of a state directory. Throws a `UserError` if the wanted run belongs to
 * another project.
 */
export function createEarlierRuns({ paths, files, publicKey }: EarlierRunsOptions): EarlierRuns {
  const findLedger = async (run: string) => {
    const path = paths.ledger(parseRunId(run));
    if (await files.exists(path)) return path;
    const message = `There is no run ${run} in the state directory. See: ucbulk runs`;
    throw new UserError('not-found', message);
  };
  return {
    async readMadeFiles(options, page) {
      const path = await findLedger(options.run);
      checkIdle(paths, parseRunId(options.run));
      return withReader(path, (reader) => {
        const steps = stepsToUndo(reader.begun(), options, publicKey);
        const items = [...reader.runItems(page)];
        const last = items.length < page.limit ? null : (items.at(-1)?.record.seq ?? null);
        const made = items.flatMap((item) => steps.flatMap((step) => madeFiles(item, step)));
        return { files: made, last };
      });
    },
    async readDeletedFiles(options, page) {
      const path = await findLedger(options.run);
      checkIdle(paths, parseRunId(options.run));
      return withReader(path, (reader) => {
        const record = reader.begun();
        if (isUnfinished(stateWithoutProcess(record.state))) throw stillDeletes(options.run);
        const { run, step: wanted, bucket } = options;
        const all = backedUpDeletes(storedJob(record));
        const steps = all.filter(({ id }) => wanted === undefined || id === wanted);
        if (steps.length === 0) throw keepsNoBackup(run, wanted, all);
        const items = [...reader.runItems(page)];
        const last = items.length < page.limit ? null : (items.at(-1)?.record.seq ?? null);
        return { files: [...deletedWithBackup(reader, items, { steps, bucket })], last };
      });
    },
    async readItems(options, page) {
      const path = await findLedger(options.run);
      return withReader(path, (reader) => {
        if (findSourceKey(reader.begun()) !== publicKey) {
          const message = `Run ${options.run} belongs to another project than source.run reads from. Set the keys of its project, or name another run. \`ucbulk runs\` lists them.`;
          throw new UserError('configuration', message);
        }
        const items = [...reader.runItems({ states: options.states, ...page })];
        return items.map(({ record }) => record);
      });
    },
  };
}

/**
 * The steps of an ended run that made files in a project. Throws a `UserError` if the run can still be resumed,
 * because it would then work on files that are deleted, or if there are no such steps.
 */
function stepsToUndo(
  record: RunRecord,
  { run, step: wanted }: MadeFilesOptions,
  publicKey: string,
): MakingStep[] {
  if (isUnfinished(stateWithoutProcess(record.state))) throw unfinished(run);
  const steps = makingSteps(storedJob(record), record);
  const named = steps.filter(({ id }) => wanted === undefined || id === wanted);
  if (named.length === 0) throw makesNothing(run, wanted, steps);
  const here = named.filter((step) => step.publicKey === publicKey);
  if (here.length > 0) return here;
  const keys = [...new Set(named.map((step) => step.publicKey))].join(', ');
  throw new UserError(
    'configuration',
    `Run ${run} made its files in project ${keys}, and source.made reads from project ${publicKey}. Set the keys of that project, or name it in source.project.`,
  );
}

function unfinished(run: string): UserError {
  return new UserError(
    'refused',
    `Run ${run} is unfinished: a resume would work on the files that are deleted. End it first: ucbulk resume ${run}, or ucbulk abandon ${run}.`,
  );
}

function makesNothing(
  run: string,
  wanted: string | undefined,
  steps: readonly MakingStep[],
): UserError {
  const others = steps.map(({ id }) => id).join(', ');
  const known = steps.length === 0 ? 'None of its steps makes files' : `Steps that do: ${others}`;
  const subject = wanted === undefined ? `Run ${run}` : `Step ${wanted} of run ${run}`;
  return new UserError('usage', `${subject} makes no files. ${known}. Nothing was deleted.`);
}

function stillDeletes(run: string): UserError {
  return new UserError(
    'refused',
    `Run ${run} is unfinished, so it may still delete files. Nothing was imported. End it first: ucbulk resume ${run}, or ucbulk abandon ${run}.`,
  );
}

function keepsNoBackup(
  run: string,
  wanted: string | undefined,
  steps: readonly { readonly id: string }[],
): UserError {
  const others = steps.map(({ id }) => id).join(', ');
  const known =
    steps.length === 0 ? 'None of its steps is a delete with a backup' : `Steps that do: ${others}`;
  const subject = wanted === undefined ? `Run ${run}` : `Step ${wanted} of run ${run}`;
  return new UserError(
    'usage',
    `${subject} keeps no backup in a bucket. ${known}. Nothing was imported.`,
  );
}
