import { join } from 'node:path';
import { countUnlisted } from '../core/unlisted.ts';
import { withCleanup } from '../core/with-cleanup.ts';
import type { World } from '../core/world.ts';
import type { RunListener } from '../engine/run-events.ts';
import { RunStop } from '../engine/run-stop.ts';
import { FileCounter, type ProjectCounts } from '../inventory/file-counts.ts';
import { describeAge } from '../inventory/inventory-age.ts';
import { INVENTORY_FORMAT, type InventoryHeader } from '../inventory/inventory-format.ts';
import { type ListedPage, writeInventory } from '../inventory/write-inventory.ts';
import { fileListSource } from '../sources/file-list-source.ts';
import { INVENTORY_QUERY } from '../sources/inventory-source.ts';
import type { Source } from '../sources/source.ts';
import { createStateDirectory, statePaths } from '../state/state-paths.ts';
import { openListing } from './open-listing.ts';
import { readPages } from './read-pages.ts';
import type { RunContext } from './run-request.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { toolVersion } from './tool-version.ts';
import { checkProjectInventory } from './use-inventory.ts';

/** The files of a project, counted from one listing. */
export interface Inspection {
  readonly project: string;
  /** Time at which the listing began, ms since 1970, and its age. */
  readonly listedAt: number;
  readonly ageMs: number;
  /** Path of the inventory. */
  readonly file: string;
  readonly pages: number;
  /** Number of requests that this command sent; 0 if it read the inventory. */
  readonly requests: number;
  readonly elapsedMs: number;
  /** Number of files that the service counts in the project but did not list. */
  readonly unlisted: number;
  readonly counts: ProjectCounts;
}

/** Lists the whole project once, counts its files, and keeps the listing as the inventory of the project. */
export function inspectProject(context: RunContext): Promise<Inspection> {
  return withCleanup(async (defer) => {
    const { world, connection, stateDirectory } = context;
    const paths = await createStateDirectory(stateDirectory, world.files);
    const startedAt = world.clock.monotonic();
    const header: InventoryHeader = {
      ucbulk: 'inventory',
      format: INVENTORY_FORMAT,
      tool: toolVersion(),
      listedAt: new Date(world.clock.now()).toISOString(),
      project: connection.publicKey,
      restOrigin: connection.restOrigin,
    };
    const runStop = new RunStop();
    defer(stopOnSignals(context, runStop));
    const { client, traffic, serverNow, close } = await openListing(context, {
      project: { name: undefined, connection },
      runStop,
    });
    defer(close);
    const file = paths.inventory(connection.publicKey);
    await removeLeftovers(paths.projects, world);
    const source = fileListSource(client, INVENTORY_QUERY);
    const listing = new Listing({ source, serverNow, listener: context.listener });
    const pages = listing.pages(runStop.signal);
    const temporary = `${file}.${world.ids.runId()}${UNFINISHED}`;
    await writeInventory(
      { files: world.files, path: file, temporary },
      { header, pages },
      runStop.signal,
    );
    return {
      project: connection.publicKey,
      ...describeAge(header, world.clock.now()),
      file,
      requests: traffic.requests,
      elapsedMs: world.clock.monotonic() - startedAt,
      ...listing.result(),
    };
  });
}

const UNFINISHED = '.new';
/** Age from which an unfinished inventory belongs to a process that was killed, ms. */
const LEFT_BEHIND_MS = 86_400_000;

/** Removes unfinished inventories of killed processes. */
async function removeLeftovers(folder: string, { files, clock }: World): Promise<void> {
  for (const { name } of await files.listFolder(folder)) {
    if (!/\.inventory\..+\.new$/.test(name)) continue;
    const path = join(folder, name);
    const facts = await files.factsOf(path, 'keep').catch(() => null);
    if (facts !== null && clock.now() - facts.modifiedAt > LEFT_BEHIND_MS) await files.remove(path);
  }
}

/** Lists a project and counts its files. */
class Listing {
  readonly #source: Source;
  readonly #serverNow: () => number;
  readonly #listener: RunListener;
  #counter: FileCounter | null = null;
  #pages = 0;
  #listed = 0;
  #total: number | null = null;

  constructor(parts: {
    readonly source: Source;
    readonly serverNow: () => number;
    readonly listener: RunListener;
  }) {
    this.#source = parts.source;
    this.#serverNow = parts.serverNow;
    this.#listener = parts.listener;
  }

  /**
   * Lists the pages. A listing may repeat files at the border of two pages; they are left out. Files that arrive
   * during the listing are left out too, because otherwise it might never end.
   */
  async *pages(signal: AbortSignal): AsyncGenerator<ListedPage> {
    let before: ReadonlySet<string> = new Set();
    let asOf = Number.POSITIVE_INFINITY;
    for await (const { page, cursor } of readPages(this.#source, signal)) {
      if (this.#counter === null) asOf = this.#serverNow();
      const counter: FileCounter = this.#counter ?? new FileCounter(asOf);
      this.#counter = counter;
      this.#pages += 1;
      this.#listed += page.candidates.length;
      this.#total = page.total ?? this.#total;
      const facts = page.candidates.flatMap(({ facts: one }) => one ?? []);
      const known = before;
      const files = facts.filter(({ uuid, uploadedAt }) => !known.has(uuid) && uploadedAt <= asOf);
      for (const one of files) counter.add(one);
      yield { cursor, files };
      before = new Set(facts.map(({ uuid }) => uuid));
      this.#listener({
        kind: 'page-walked',
        page: this.#pages,
        listed: facts.length,
        selected: files.length,
        selectedTotal: counter.files,
      });
      if (facts.length > 0 && facts.every(({ uploadedAt }) => uploadedAt > asOf)) return;
    }
  }

  result(): Pick<Inspection, 'pages' | 'unlisted' | 'counts'> {
    return {
      pages: this.#pages,
      unlisted: countUnlisted(this.#listed, this.#total),
      counts: (this.#counter ?? new FileCounter(0)).result(),
    };
  }
}

/** Counts the files of the project's inventory again. Sends no request. */
export function inspectInventory(context: RunContext): Promise<Inspection> {
  return withCleanup(async (defer) => {
    const { world, connection, stateDirectory } = context;
    const startedAt = world.clock.monotonic();
    const runStop = new RunStop();
    defer(stopOnSignals(context, runStop));
    const file = statePaths(stateDirectory).inventory(connection.publicKey);
    const now = world.clock.now();
    const counter = new FileCounter(now);
    const place = { files: world.files, path: file };
    const checked = await checkProjectInventory(place, connection, runStop.signal, (files) => {
      for (const one of files) counter.add(one);
    });
    return {
      project: connection.publicKey,
      ...describeAge(checked.header, now),
      file,
      pages: checked.end.pages,
      requests: 0,
      elapsedMs: world.clock.monotonic() - startedAt,
      unlisted: 0,
      counts: counter.result(),
    };
  });
}
