import type { RunId } from '../core/run.ts';
import type { Release } from '../core/with-cleanup.ts';
import type { OnConflict } from '../job/job-schema.ts';
import { Catalog } from '../ledger/catalog.ts';
import type { Reserve } from '../ledger/reserve.ts';
import { clearLeftovers } from '../state/clear-leftovers.ts';
import { reserveSpace } from '../state/ledger-reserve.ts';
import { RateShare } from '../state/rate-share.ts';
import { takeRunLocks } from '../state/run-locks.ts';
import type { StatePaths } from '../state/state-paths.ts';
import { type JobProject, lockedProjects } from './job-projects.ts';
import type { RunContext } from './run-request.ts';

/** A run that may work: nobody else does on it, and on its projects only who shares them. */
export interface Membership {
  readonly catalog: Catalog;
  /** For the ledger of the run. */
  readonly reserve: Reserve;
  /** By public key; none where the run has its projects for itself. */
  readonly shares: ReadonlyMap<string, RateShare>;
}

/**
 * Takes the locks of a run, sets disk space aside for it and opens the catalog; `defer` gives all of
 * it back.
 */
export async function joinProjects(
  context: RunContext,
  place: {
    paths: StatePaths;
    run: RunId;
    projects: readonly JobProject[];
    onConflict: OnConflict;
    /** Requests at once, for the size of the reserve. */
    concurrency: number;
    defer: (release: Release) => void;
  },
): Promise<Membership> {
  const { world, limits } = context;
  const { paths, onConflict, defer } = place;
  const report = (message: string) => context.log('warn', {}, message);
  const onOpen = limits?.onOpen;
  const { listener } = context;
  const projects = lockedProjects(place.projects);
  await takeRunLocks({
    ...place,
    projects,
    world,
    signal: context.drain,
    report,
    listener,
    onOpen,
  });
  await clearLeftovers(paths, world.files);
  const reserve = reserveSpace(place.run, place.concurrency, { paths, defer });
  const catalog = Catalog.open(paths.catalog, report);
  onOpen?.(() => catalog.close());
  defer(() => catalog.close());
  const shares = new Map<string, RateShare>();
  for (const { connection } of onConflict === 'share' ? place.projects : []) {
    const share = await RateShare.open({ paths, connection, context, catalog });
    shares.set(connection.publicKey, share);
  }
  return { catalog, reserve, shares };
}
