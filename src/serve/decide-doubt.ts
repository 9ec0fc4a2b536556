import type { Connection } from '../core/connection.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { World } from '../core/world.ts';
import { withReader } from '../ledger/with-reader.ts';
import { filePicture } from '../page-data/pictures.ts';
import type { DoubtPage, Reply, ResolveRequest } from '../page-data/shapes.ts';
import { checkAdopted, whyNotLookedUp } from '../resolve/check-adopted.ts';
import { findCandidates } from '../resolve/doubt-candidates.ts';
import { type DoubtAtStep, readDoubt } from '../resolve/doubts.ts';
import type { Resolution } from '../resolve/resolution.ts';
import { resolveItems } from '../resolve/resolve-items.ts';
import { openClient, type ProjectClient } from '../run/open-client.ts';
import { findRun } from '../state/find-run.ts';
import { statePaths } from '../state/state-paths.ts';
import type { BackendOptions } from './backend.ts';

const REPLIES: Readonly<Record<Resolution['as'], string>> = {
  done: 'Recorded: it was done.',
  redo: 'Recorded: a resume sends it again.',
  skip: 'Recorded: it is skipped.',
  adopt: 'Recorded: this file is its result.',
};

/** Reads what a person needs to decide about an item in doubt. */
export async function readDoubtPage(
  { run, key }: { readonly run: RunId; readonly key: string },
  options: BackendOptions,
  world: World,
): Promise<DoubtPage> {
  const { stateDirectory } = options;
  await findRun(statePaths(stateDirectory), world.files, run);
  const found = readDoubt(stateDirectory, run, key);
  if (found === null) throw new UserError('not-found', 'This item is not in doubt any more.');
  const { expected, sentAt } = found.doubt;
  const candidates = await withProject(run, options, world, (client, connection) =>
    readCandidates(found, run, { client, connection, stateDirectory, world }),
  );
  return { expected, sentAt, candidates };
}

/** Records a decision about an item in doubt. Fails while a process works on the run. */
export async function applyResolution(
  { run, request }: { readonly run: RunId; readonly request: ResolveRequest },
  options: BackendOptions,
  world: World,
): Promise<Reply> {
  const { key, ...resolution } = request;
  if (resolution.as === 'adopt') {
    const { file } = resolution;
    await withProject(run, options, world, (client) => checkAdopted(client, [file]));
  }
  const decisions = [{ item: key, resolution, place: '' }];
  await resolveItems(options.stateDirectory, { run, decisions }, world);
  return { text: REPLIES[resolution.as] };
}

async function readCandidates(
  found: DoubtAtStep,
  run: RunId,
  {
    client,
    connection,
    stateDirectory,
    world: { files },
  }: {
    readonly client: ProjectClient;
    readonly connection: Connection;
    readonly stateDirectory: string;
    readonly world: World;
  },
): Promise<DoubtPage['candidates']> {
  const { publicKey } = connection;
  const search = { client, stateDirectory, files, run, publicKey };
  const all = await findCandidates([found], search);
  const candidates = all.get(found.doubt.key)?.candidates ?? null;
  if (candidates === null) return null;
  return withReader(statePaths(stateDirectory).ledger(run), (reader) =>
    candidates.map(({ uuid, filename, size, uploadedAt, mimeType }) => ({
      file: uuid,
      name: filename,
      size,
      uploadedAt,
      picture: filePicture(reader, { uuid, mimeType }),
    })),
  );
}

/** Calls `use` with a client of the run's project. Returns null if the backend does not have the keys for it. */
async function withProject<Result>(
  run: RunId,
  { stateDirectory, connection }: BackendOptions,
  world: World,
  use: (client: ProjectClient, connection: Connection) => Promise<Result>,
): Promise<Result | null> {
  if (connection === null || whyNotLookedUp(stateDirectory, run, connection) !== null) return null;
  const client = openClient({ world, connection });
  try {
    return await use(client, connection);
  } finally {
    await client.close();
  }
}
