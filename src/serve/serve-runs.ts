import type { Connection } from '../core/connection.ts';
import type { World } from '../core/world.ts';
import { readPageAssets } from '../page-data/page-html.ts';
import { type PageServer, startPageServer } from './page-server.ts';
import { createWorkerBackend } from './worker-backend.ts';

export type { PageServer };

/** Options of `serveRuns`. */
export interface ServeOptions {
  readonly stateDirectory: string;
  readonly port: number;
  readonly canControl: boolean;
  /** Null if the server must not look for files in the project. */
  readonly connection: Connection | null;
  /** The environment variables of the thread that reads the ledgers. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Serves the page of the runs in a state directory. Reads the ledgers in another thread. */
export async function serveRuns(
  { stateDirectory, port, canControl, connection, env }: ServeOptions,
  { clock }: Pick<World, 'clock'>,
): Promise<PageServer> {
  const assets = await readPageAssets();
  const backend = createWorkerBackend({ stateDirectory, connection }, withoutKeys(env));
  return startPageServer({ port, canControl, backend, assets, clock });
}

/** Removes the keys of the project: the thread gets the keys that it needs in `connection`. */
function withoutKeys(env: ServeOptions['env']): ServeOptions['env'] {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/_KEY$|SECRET/.test(name)));
}
