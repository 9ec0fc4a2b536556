import type { RunId } from '../core/run.ts';
import type { World } from '../core/world.ts';
import { listRunIds } from '../state/find-run.ts';
import { readLedgerSignature } from '../state/ledger-signature.ts';
import { readListing } from '../state/read-runs.ts';
import type { RunListing } from '../state/run-status.ts';
import { type StatePaths, statePaths } from '../state/state-paths.ts';
import type { RunsPage } from './shapes.ts';

/** Some numbers of an unfinished run, such as the time until its window opens, change with the time. */
const MAX_AGE_MS = 60_000;

interface KnownListing {
  readonly signature: string;
  readonly readAt: number;
  readonly listing: RunListing;
}

/** Reads the list of runs again and again. It opens only the ledgers that have changed. */
export class RunListings {
  readonly #paths: StatePaths;
  readonly #world: World;
  #known = new Map<RunId, KnownListing>();

  constructor(stateDirectory: string, world: World) {
    this.#paths = statePaths(stateDirectory);
    this.#world = world;
  }

  /** The list of runs, newest first. */
  async read(): Promise<RunsPage> {
    const { clock, files } = this.#world;
    const now = clock.now();
    const runs = await listRunIds(this.#paths, files);
    const known = new Map<RunId, KnownListing>();
    for (const run of runs) known.set(run, await this.#readOne(run, now));
    this.#known = known;
    return { now, runs: [...known.values()].map(({ listing }) => listing) };
  }

  async #readOne(run: RunId, now: number): Promise<KnownListing> {
    const { files } = this.#world;
    const { text: signature, isSure } = await readLedgerSignature(this.#paths, run, { files, now });
    const known = this.#known.get(run);
    const isFresh = known !== undefined && now - known.readAt < MAX_AGE_MS;
    if (isFresh && isSure && known.signature === signature) return known;
    const listing = await readListing(this.#paths, run, this.#world);
    return { signature, readAt: now, listing };
  }
}
