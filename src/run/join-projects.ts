import type { Priority } from '../core/priority.ts';
import type { RunId } from '../core/run.ts';
import { type Release, withCleanup } from '../core/with-cleanup.ts';
import type { Job, OnConflict } from '../job/job-schema.ts';
import { Catalog } from '../ledger/catalog.ts';
import type { Reserve } from '../ledger/reserve.ts';
import { clearLeftovers } from '../state/clear-leftovers.ts';
import { reserveSpace } from '../state/ledger-reserve.ts';
import { RateShare } from '../state/rate-share.ts';
import { takeRunLocks } from '../state/run-locks.ts';
import type { StatePaths } from '../state/state-paths.ts';
import { FIRST_CONCURRENCY } from './adaptive-concurrency.ts';
import { type JobProject, lockedProjects } from './job-projects.ts';
import type { RunContext } from './run-request.ts';
import { enterWindow, isInWindow } from './run-window.ts';

/**
 * The resources that a process has after it took the locks of a run. No other process works on this run.
 * Another run can use the same projects only if both runs allow sharing.
 */
export interface Membership {
  /** When this process took the lock of the run, ms since 1970. */
  readonly joinedAt: number;
  readonly catalog: Catalog;
  /** Reserved disk space. If the disk becomes full, the run records its last answers there. */
  readonly reserve: Reserve;
  /**
   * This run's share of the rate for each project, by public key. Empty if the run does not share its
   * projects.
   */
  readonly shares: ReadonlyMap<string, RateShare>;
}

/**
 * Waits until the window of the job is open, and joins the projects of a run as `joinProjects` does. If the window
 * closes while the run waits for a lock, the run leaves the projects, so that other runs can use them.
 * `resumed` is the run to resume; null for a new run.
 */
export async function joinInWindow(
  job: Pick<Job, 'window'>,
  context: RunContext,
  { resumed, ...options }: JoinOptions & { readonly resumed: RunId | null },
): Promise<Membership> {
  for (;;) {
    await enterWindow(job, context, resumed);
    const releases: Release[] = [];
    const leave = () => withCleanup(async (defer) => releases.splice(0).forEach(defer));
    options.defer(leave);
    const joined = await joinProjects(context, {
      ...options,
      defer: (release) => releases.push(release),
    });
    if (isInWindow(job, context.world.clock)) return joined;
    await leave();
  }
}

interface JoinOptions {
  readonly paths: StatePaths;
  readonly run: RunId;
  readonly projects: readonly JobProject[];
  readonly onConflict: OnConflict;
  readonly priority: Priority;
  /** Maximum number of requests in flight. */
  readonly most: number;
  readonly defer: (release: Release) => void;
}

/**
 * Takes the locks of a run, reserves disk space and opens the catalog. `defer` receives functions that
 * release all of them.
 */
async function joinProjects(context: RunContext, options: JoinOptions): Promise<Membership> {
  const { world, limits } = context;
  const { paths, onConflict, defer } = options;
  const report = (message: string) => context.log('warn', {}, message);
  const onOpen = limits?.onOpen;
  const { listener } = context;
  const projects = lockedProjects(options.projects);
  await takeRunLocks({
    ...options,
    hasConflictOption: true,
    projects,
    world,
    signal: context.drain,
    report,
    listener,
    onOpen,
  });
  const joinedAt = world.clock.now();
  await clearLeftovers(paths, world.files);
  const reserve = reserveSpace(options.run, Math.min(options.most, FIRST_CONCURRENCY), {
    paths,
    defer,
  });
  const catalog = Catalog.open(paths.catalog, report);
  onOpen?.(() => catalog.close());
  defer(() => catalog.close());
  const shares = new Map<string, RateShare>();
  for (const { connection } of onConflict === 'share' ? options.projects : []) {
    const share = await RateShare.open({ ...options, connection, world });
    defer(() => world.files.remove(paths.shareRate(connection.publicKey, options.run)));
    shares.set(connection.publicKey, share);
  }
  return { joinedAt, catalog, reserve, shares };
}
