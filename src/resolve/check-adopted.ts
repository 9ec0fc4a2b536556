import type { Connection } from '../core/connection.ts';
import { type FileUuid, parseFileUuid } from '../core/file-uuid.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import { type Step, stepMakesFile } from '../job/step-schemas.ts';
import { findKnownFiles, type KnownFilesQuery } from '../ledger/known-files.ts';
import { withReader } from '../ledger/with-reader.ts';
import type { ProjectClient } from '../run/open-client.ts';
import { statePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';

/**
 * Returns the reason why these keys can't be used to look up files of the run, such as keys of another
 * project. Returns null if they can.
 */
export function whyNotLookedUp(
  stateDirectory: string,
  run: RunId,
  { publicKey, restOrigin }: Pick<Connection, 'publicKey' | 'restOrigin'>,
): string | null {
  return withReader(statePaths(stateDirectory).ledger(run), (reader) => {
    const record = reader.begun();
    const { projects } = storedJob(record);
    if (record.publicKey !== publicKey) return `the run works on project ${record.publicKey}`;
    if (record.restOrigin !== restOrigin) return `the run works at ${record.restOrigin}`;
    return projects === undefined ? null : 'the run works on several projects';
  });
}

/** Throws a `UserError` if a file that the user assigned to an item is not in the project, or was removed. */
export async function checkAdopted(
  client: Pick<ProjectClient, 'file'>,
  files: readonly string[],
): Promise<void> {
  const faults: string[] = [];
  for (const uuid of new Set(files.map(parseFileUuid))) {
    const why = await findAdoptionObstacle(client, uuid);
    if (why !== null) faults.push(`${uuid} ${why}`);
  }
  if (faults.length === 0) return;
  throw new UserError(
    'usage',
    `${faults.join('\n')}\nNothing was changed. Adopt an existing file, or decide redo or skip.`,
  );
}

async function findAdoptionObstacle(
  client: Pick<ProjectClient, 'file'>,
  uuid: FileUuid,
): Promise<string | null> {
  const facts = await client.file(uuid);
  if (facts === null) return 'is no file of the project';
  if (facts.removedAt === null) return null;
  return `was removed from the project at ${new Date(facts.removedAt).toISOString()}`;
}

/** A decision "adopt": the user says that this file is the result of a step for an item. */
export interface Adoption {
  readonly step: Step;
  readonly file: string;
}

/** Maximum number of files in one SQL statement. SQLite accepts this number. */
const FILES_PER_QUERY = 10_000;

/**
 * Checks the decisions "adopt". Returns one result for each: null if it is valid, otherwise the reason as the
 * end of a sentence that starts with the name of the item. An adopted file must not be an item of the run or
 * the result for another item, because later steps may store or delete the adopted file.
 */
export function findAdoptionFaults(
  adoptions: readonly Adoption[],
  run: Pick<KnownFilesQuery, 'path' | 'publicKey'>,
): (string | null)[] {
  const files = adoptions.map(({ file }) => parseFileUuid(file));
  const known = findAllKnownFiles(files, run);
  const adopted = new Set<FileUuid>();
  return adoptions.map(({ step }, index) => {
    const file = files[index] as FileUuid;
    const isRepeated = adopted.has(file);
    adopted.add(file);
    if (!stepMakesFile(step)) {
      return `can't adopt a file: ${step.uses} makes none. Decide done, redo or skip`;
    }
    if (isRepeated) return `can't adopt ${file}: another item adopts it${SAME_WORK}`;
    if (!known.has(file)) return null;
    return `can't adopt ${file}: it is an item of this run, or was made for one${SAME_WORK}`;
  });
}

const SAME_WORK =
  '. If both items asked for the same work on the same file, decide redo: it takes that result';

function findAllKnownFiles(
  files: readonly string[],
  run: Pick<KnownFilesQuery, 'path' | 'publicKey'>,
): ReadonlySet<string> {
  const known = new Set<string>();
  for (let start = 0; start < files.length; start += FILES_PER_QUERY) {
    const some = files.slice(start, start + FILES_PER_QUERY);
    for (const file of findKnownFiles({ ...run, files: some, includeItems: true })) known.add(file);
  }
  return known;
}
