import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../../core/connection.ts';
import { UserError } from '../../core/user-error.ts';
import { withCleanup } from '../../core/with-cleanup.ts';
import type { EffectSummary } from '../../emulator/emulator.ts';
import type { Job } from '../../job/job-schema.ts';
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
import { REHEARSAL_CONNECTION, seedEmulator } from './seed-emulator.ts';

/** The result of a rehearsal. */
export interface Rehearsal {
  readonly end: RunEnd;
  readonly signal: StopSignal | null;
  /** Time of the listing of the inventory, RFC 3339. */
  readonly listedAt: string;
  /** Number of files in the inventory, and number of them in the rehearsal. */
  readonly files: number;
  readonly seeded: number;
  /** Number of changes that the run made in the emulator, by operation. */
  readonly changes: Readonly<Record<string, number>>;
  /** The state directory of the rehearsal; null if it was removed. */
  readonly stateDirectory: string | null;
}

/** Sources whose items an inventory contains. */
const SOURCES: readonly string[] = ['files', 'search', 'inventory', 'list', 'inline'];

/** Throws a `UserError` if a job can't be rehearsed. */
function checkRehearsable(job: Job): void {
  const { source, projects } = job;
  const why =
    projects !== undefined
      ? 'it has `projects`, and an inventory has the files of one project'
      : SOURCES.includes(source.kind)
        ? null
        : `an inventory does not have the items of the source ${source.kind}`;
  if (why === null) return;
  const message = `This job can't be rehearsed: ${why}. Nothing was sent. Use \`ucbulk plan\`, or a job with one of the sources ${SOURCES.join(', ')}.`;
  throw new UserError('usage', message);
}

/**
 * Runs a job against an emulator in this process that has the files of the project's inventory. The run gets
 * other keys and another state directory. All its requests go to the emulator.
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
    const { files } = world;
    const inventory = {
      files,
      path: statePaths(invocation.stateDirectory).inventory(real.publicKey),
    };
    const never = new AbortController().signal;
    await checkProjectInventory(inventory, real, never);
    const { emulator, ...facts } = await seedEmulator(job, { inventory, most }, never);
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
      (context) => runRehearsal(job, context),
    );
    const changes = Object.entries(emulator.audit.summary() as Record<string, EffectSummary>);
    return {
      end,
      signal,
      ...facts,
      changes: Object.fromEntries(changes.map(([name, { changed }]) => [name, changed])),
      stateDirectory: keep ? stateDirectory : null,
    };
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

/** Removes the real project, and the times and limits that would only make the rehearsal slow. */
function withoutRealLimits({ project: _project, window: _window, ...job }: Job): Job {
  const { rate: _rate, duration: _duration, finishBy: _finishBy, ...limits } = job.limits;
  return { ...job, limits };
}
