import type { Connection } from '../core/connection.ts';
import { type FileUuid, parseFileUuid } from '../core/file-uuid.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Step } from '../job/step-schemas.ts';
import { findKnownFiles, type KnownFilesQuery } from '../ledger/known-files.ts';
import { LedgerReader } from '../ledger/ledger-reader.ts';
import { makesFile } from '../operations/all-operations.ts';
import type { ProjectClient } from '../run/open-client.ts';
import { statePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';

/** Why files can't be looked up with these keys; null where they can. */
export function whyNotLookedUp(
  stateDirectory: string,
  run: RunId,
  { publicKey, restOrigin }: Pick<Connection, 'publicKey' | 'restOrigin'>,
): string | null {
  const reader = LedgerReader.open(statePaths(stateDirectory).ledger(run));
  try {
    const record = reader.begun();
    const { projects } = storedJob(record);
    if (record.publicKey !== publicKey) return `the run works on project ${record.publicKey}`;
    if (record.restOrigin !== restOrigin) return `the run works at ${record.restOrigin}`;
    return projects === undefined ? null : 'the run works on several projects';
  } finally {
    reader.close();
  }
}

/** Throws where one of the files that are to be adopted is not in the project, or was removed. */
export async function checkAdopted(
  client: Pick<ProjectClient, 'file'>,
  files: readonly string[],
): Promise<void> {
  const faults: string[] = [];
  for (const uuid of new Set(files.map(parseFileUuid))) {
    const why = await whyNotAdoptable(client, uuid);
    if (why !== null) faults.push(`${uuid} ${why}`);
  }
  if (faults.length === 0) return;
  throw new UserError(
    'usage',
    `${faults.join('\n')}\nNothing was changed. Adopt a file that is there, or say redo or skip.`,
  );
}

async function whyNotAdoptable(
  client: Pick<ProjectClient, 'file'>,
  uuid: FileUuid,
): Promise<string | null> {
  const facts = await client.file(uuid);
  if (facts === null) return 'is no file of the project';
  if (facts.removedAt === null) return null;
  return `was removed from the project at ${new Date(facts.removedAt).toISOString()}`;
}

/** A file that is said to be what a step made of an item. */
export interface Adoption {
  readonly step: Step;
  readonly file: string;
}

/** Files looked for in one walk over the items: SQLite takes so many in a statement. */
const AT_ONCE = 10_000;

/**
 * Why a file can't be what the step made, in words that go on after the item's name; null where
 * nothing speaks against it. What later steps store or delete is this file: one that is an item of
 * the run, or was made for another one, must not be taken for it.
 */
export function adoptionFaults(
  adoptions: readonly Adoption[],
  run: Pick<KnownFilesQuery, 'path' | 'publicKey'>,
): (string | null)[] {
  const files = adoptions.map(({ file }) => parseFileUuid(file));
  const known = knownOf(files, run);
  const adopted = new Set<FileUuid>();
  return adoptions.map(({ step }, place) => {
    const file = files[place] as FileUuid;
    const isAgain = adopted.has(file);
    adopted.add(file);
    if (!makesFile(step.uses)) {
      return `can't adopt a file: ${step.uses} makes none. Say done, redo or skip`;
    }
    if (isAgain) return `can't adopt ${file}: another item adopts it${SAME_WORK}`;
    if (!known.has(file)) return null;
    return `can't adopt ${file}: it is an item of this run, or was made for one${SAME_WORK}`;
  });
}

const SAME_WORK =
  '. Where the two were sent for the same work on the same file, say redo: it takes that result';

function knownOf(
  files: readonly string[],
  run: Pick<KnownFilesQuery, 'path' | 'publicKey'>,
): ReadonlySet<string> {
  const known = new Set<string>();
  for (let start = 0; start < files.length; start += AT_ONCE) {
    const some = files.slice(start, start + AT_ONCE);
    for (const file of findKnownFiles({ ...run, files: some, includeItems: true })) known.add(file);
  }
  return known;
}
