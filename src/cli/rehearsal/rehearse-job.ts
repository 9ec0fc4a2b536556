import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../../core/connection.ts';
import { UserError } from '../../core/user-error.ts';
import { withCleanup } from '../../core/with-cleanup.ts';
import type { EffectSummary } from '../../emulator/emulator.ts';
import type { Job } from '../../job/job-schema.ts';
import { findOwnPlaces } from '../../job/own-steps.ts';
import { checkProject } from '../../run/check-project.ts';
import { inspectProject } from '../../run/inspect-project.ts';
import type { RunContext, RunEnd } from '../../run/run-request.ts';
import { startRun } from '../../run/start-run.ts';
import { checkProjectInventory } from '../../run/use-inventory.ts';
import { statePaths } from '../../state/state-paths.ts';
import type { Invocation } from '../command.ts';
import type { StopSignal } from '../surroundings.ts';
import { type RunOrder, withRunContext } from '../with-run-context.ts';
import { createEmulatorExchange } from './emulator-exchange.ts';
import {
  createRehearsalEmulator,
  REHEARSAL_CONNECTION,
  type SeededFiles,
  seedEmulator,
} from './seed-emulator.ts';

/** The result of a rehearsal. */
export interface Rehearsal {
  readonly end: RunEnd;
  readonly signal: StopSignal | null;
  readonly source: string;
  /** Time of the listing of the inventory, RFC 3339; null if the rehearsal needed no inventory. */
  readonly listedAt: string | null;
  /** Number of files in the inventory, and number of them in the rehearsal. */
  readonly files: number;
  readonly seeded: number;
  /** Number of changes that the run made in the emulator, by operation. */
  readonly changes: Readonly<Record<string, number>>;
  /** The state directory of the rehearsal; null if it was removed. */
  readonly stateDirectory: string | null;
}

/** Sources whose items are files of the project, so that a rehearsal needs an inventory. */
const FILES_OF_PROJECT: readonly string[] = [
  'files',
  'search',
  'inventory',
  'list',
  'inline',
  'run',
  'made',
];
/** Sources of new files. The emulated project is then empty at first. */
const NEW_FILES: readonly string[] = ['folder', 'urls'];
const SOURCES = [...FILES_OF_PROJECT, ...NEW_FILES];

const NO_INVENTORY = { listedAt: null, files: 0, seeded: 0 };

/** Throws a `UserError` if a job can't be rehearsed. */
function checkRehearsable(job: Job): void {
  const { source, projects } = job;
  const why =
    projects !== undefined
      ? 'it has `projects`, and an inventory has the files of one project'
      : findOwnPlaces(job).length > 0
        ? 'it uses own code, which could send requests past the emulator'
        : SOURCES.includes(source.kind)
          ? null
          : `an inventory has no groups, and a rehearsal sends nothing that could list them (source ${source.kind})`;
  if (why === null) return;
  const message = `This job can't be rehearsed: ${why}. Nothing was sent. Use \`ucbulk plan\`, which lists the project, or a job with one of the sources ${SOURCES.join(', ')}.`;
  throw new UserError('usage', message);
}

/**
 * Runs a job against an emulator in this process. The emulator has the files of the project's inventory, or none if
 * the source of the job has new files. The run gets other keys and another state directory. All its requests go to
 * the emulator.
 */
export function rehearseJob(
  job: Job,
  invocation: Invocation,
  rehearsal: {
    readonly order: RunOrder;
    /** The connection of the real project. Only its public key and address are used, to find the inventory. */
    readonly real: Connection;
    readonly most: number;
    readonly keep: boolean;
  },
): Promise<Rehearsal> {
  return withCleanup(async (defer) => {
    const { order, real, most, keep } = rehearsal;
    checkRehearsable(job);
    checkProject(job, real);
    const { world } = invocation.surroundings;
    const emulator = createRehearsalEmulator(job);
    const hasNewFiles = NEW_FILES.includes(job.source.kind);
    const facts = hasNewFiles ? NO_INVENTORY : await seed();
    const stateDirectory = join(invocation.stateDirectory, 'rehearsals', world.ids.runId());
    await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
    if (!keep) defer(() => rm(stateDirectory, { recursive: true, force: true }));
    const surroundings = {
      ...invocation.surroundings,
      world: { ...world, http: createEmulatorExchange(emulator) },
    };
    const { result: end, signal } = await withRunContext(
      { ...invocation, surroundings, stateDirectory },
      { ...order, connection: REHEARSAL_CONNECTION },
      (context) =>
        runRehearsal(hasNewFiles ? withMostItems(job, most) : job, {
          ...context,
          earlierRuns: {
            stateDirectory: invocation.stateDirectory,
            publicKey: real.publicKey,
          },
        }),
    );
    const changes = Object.entries(emulator.audit.summary() as Record<string, EffectSummary>);
    return {
      end,
      signal,
      source: job.source.kind,
      ...facts,
      changes: Object.fromEntries(changes.map(([name, { changed }]) => [name, changed])),
      stateDirectory: keep ? stateDirectory : null,
    };

    async function seed(): Promise<SeededFiles> {
      const path = statePaths(invocation.stateDirectory).inventory(real.publicKey);
      const inventory = { files: world.files, path };
      const never = new AbortController().signal;
      await checkProjectInventory(inventory, real, never);
      return seedEmulator(emulator, { inventory, most }, never);
    }
  });
}

async function runRehearsal(job: Job, context: RunContext): Promise<RunEnd> {
  const { rate: _rate, ...unlimited } = context;
  const place: RunContext = {
    ...unlimited,
    env: {},
    confirm: async () => 'yes',
    confirmCanary: async () => 'yes',
  };
  if (job.source.kind === 'inventory') await inspectProject(place);
  return startRun(withoutRealLimits(job), place);
}

/** Limits the items of a job, because the emulator keeps their files in memory. */
function withMostItems(job: Job, most: number): Job {
  const { items = most } = job.limits;
  return { ...job, limits: { ...job.limits, items: Math.min(items, most) } };
}

/** Removes the real project, and the times and limits that would only make the rehearsal slow. */
function withoutRealLimits({ project: _project, window: _window, ...job }: Job): Job {
  const { rate: _rate, duration: _duration, finishBy: _finishBy, ...limits } = job.limits;
  return { ...job, limits };
}
