import { formatDuration } from '../core/duration.ts';
import { errorMessage } from '../core/error-message.ts';
import { canceled } from '../core/failure.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Release } from '../core/with-cleanup.ts';
import type { Files, World } from '../core/world.ts';
import { CLOCK_SLACK_MS, describeAge, type UsedInventory } from '../inventory/inventory-age.ts';
import {
  checkInventory,
  type Inventory,
  readInventoryHeader,
} from '../inventory/read-inventory.ts';
import type { Job } from '../job/job-schema.ts';
import { sourceDescriptor, sourceOptions } from '../job/source-schemas.ts';
import type { RunRecord } from '../ledger/run-table.ts';
import { type StatePaths, statePaths } from '../state/state-paths.ts';
import type { JobProject } from './job-projects.ts';
import type { RunContext } from './run-request.ts';

const LIST_AGAIN = 'List the project again: `ucbulk inspect`.';

/** The maximum age of the inventory that the job uses, ms; null if the job uses none. */
function inventoryAge({ source }: Pick<Job, 'source'>): number | null {
  return sourceDescriptor(source).inventoryAge?.(sourceOptions(source)) ?? null;
}

/**
 * Copies the project's inventory for a run. Later inventories do not change the copy, so a resume continues with
 * the same files. Then checks the copy. `defer` receives a function that removes it if the run can't start.
 */
export async function keepInventory(
  job: Job,
  place: {
    readonly paths: StatePaths;
    readonly run: RunId;
    readonly projects: readonly JobProject[];
    readonly world: World;
    readonly defer: (release: Release) => void;
  },
  signal: AbortSignal,
): Promise<void> {
  if (inventoryAge(job) === null) return;
  const { paths, run, projects, world, defer } = place;
  const { files } = world;
  const { publicKey } = sourceConnection(job, projects);
  const from = paths.inventory(publicKey);
  const copy = paths.runInventory(run);
  await readInventoryHeader({ files, path: from });
  defer(async () => {
    if (!(await files.exists(paths.ledger(run)))) await files.remove(copy);
  });
  await files.writeBytes(copy, files.readBytes(from, 0), signal).catch((error: unknown) => {
    if (signal.aborted) throw canceled();
    throw new UserError(
      'configuration',
      `The inventory can't be copied to ${copy}: ${errorMessage(error)}. Nothing was sent.`,
      { cause: error },
    );
  });
  await findInventory(job, { path: copy, projects, world }, signal);
}

/**
 * Checks the inventory that a job uses: it must be complete, belong to the project and not be too old. Returns
 * null if the job uses none. Throws a `UserError` if the job can't use it.
 */
export async function findInventory(
  job: Job,
  {
    path,
    projects,
    world,
  }: {
    /** Path of the inventory; default: the latest inventory of the project, in these paths. */
    readonly path: string | StatePaths;
    readonly projects: readonly JobProject[];
    readonly world: Pick<World, 'files' | 'clock'>;
  },
  signal: AbortSignal,
): Promise<UsedInventory | null> {
  const maxAge = inventoryAge(job);
  if (maxAge === null) return null;
  const connection = sourceConnection(job, projects);
  const file = typeof path === 'string' ? path : path.inventory(connection.publicKey);
  const { header } = await checkProjectInventory(
    { files: world.files, path: file },
    connection,
    signal,
  );
  const used = describeAge(header, world.clock.now());
  if (used.ageMs < -CLOCK_SLACK_MS) {
    throw new UserError(
      'configuration',
      `The inventory was made at ${header.listedAt}, which is in the future by the clock of this machine. Nothing was sent. Correct the clock, or list the project again: \`ucbulk inspect\`.`,
    );
  }
  if (used.ageMs > maxAge) {
    throw new UserError(
      'configuration',
      `The inventory is ${formatDuration(used.ageMs)} old (listed at ${header.listedAt}), and source.inventory.maxAge is ${formatDuration(maxAge)}. Nothing was sent. ${LIST_AGAIN}`,
    );
  }
  return used;
}

/** Reads an inventory of a project. Throws a `UserError` if it is damaged or belongs to another project. */
export async function checkProjectInventory(
  file: { readonly files: Files; readonly path: string },
  { publicKey, restOrigin }: { readonly publicKey: string; readonly restOrigin: string },
  signal: AbortSignal,
  onPage?: Parameters<typeof checkInventory>[2],
): Promise<Inventory> {
  const header = await readInventoryHeader(file);
  if (header.project !== publicKey || header.restOrigin !== restOrigin) {
    throw new UserError(
      'configuration',
      `The inventory ${file.path} is of project ${header.project} at ${header.restOrigin}, but the keys are for ${publicKey} at ${restOrigin}. Nothing was sent. Set the keys of ${header.project}, or list this project: \`ucbulk inspect\`.`,
    );
  }
  return checkInventory(file, signal, onPage);
}

/**
 * Reads the age of the inventory that a run uses; null if the run uses none. If the listing is complete, reduces
 * the run's copy to its header, because the run does not need the files any more.
 */
export async function settleInventory(
  { runId, walkFinished }: Pick<RunRecord, 'runId' | 'walkFinished'>,
  { world, stateDirectory }: Pick<RunContext, 'world' | 'stateDirectory'>,
): Promise<UsedInventory | null> {
  const { files, clock } = world;
  const path = statePaths(stateDirectory).runInventory(runId);
  if (!(await files.exists(path))) return null;
  const header = await readInventoryHeader({ files, path }).catch(() => null);
  if (header === null) return null;
  if (walkFinished) await files.writeText(path, `${JSON.stringify(header)}\n`);
  return describeAge(header, clock.now());
}

function sourceConnection(job: Job, projects: readonly JobProject[]) {
  const found = projects.find(({ name }) => name === job.source.project) ?? projects[0];
  if (found === undefined) throw new Error('A job has at least one project');
  return found.connection;
}
