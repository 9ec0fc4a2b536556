import { type FileUuid, parseFileUuid } from '../core/file-uuid.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import { LedgerReader } from '../ledger/ledger-reader.ts';
import type { ProjectClient } from './open-client.ts';
import type { Connection } from './run-request.ts';
import { statePaths } from './state-paths.ts';
import { storedJob } from './stored-job.ts';

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
