import {
  copyFileToRemoteStorage,
  deleteFiles,
  listOfFiles,
  paginate,
  storeFiles,
  UploadcareAuthSchema,
  updateMetadata,
} from '@uploadcare/rest-client';
import pLimit from 'p-limit';
import {
  IN_FLIGHT,
  type ListedPage,
  METADATA,
  PAGE_SIZE,
  REMOTE_PATTERN,
  REMOTE_TARGET,
  type ScriptClient,
  type ScriptConnection,
} from './script-client.ts';

/** A script with @uploadcare/rest-client and p-limit. */
export function createOfficialClient(connection: ScriptConnection): ScriptClient {
  const { origin, publicKey, secretKey } = connection;
  const authSchema = new UploadcareAuthSchema({ publicKey, secretKey });
  const settings = { authSchema, apiBaseURL: `${origin}/` };
  const limit = pLimit(IN_FLIGHT);

  async function* pages(stored: boolean): AsyncGenerator<ListedPage> {
    for await (const page of paginate(listOfFiles)({ stored, limit: PAGE_SIZE }, settings)) {
      yield { uuids: page.results.map(({ uuid }) => uuid), next: page.next };
    }
  }

  return {
    pages,
    storeFiles: async (uuids) => (await storeFiles({ uuids }, settings)).problems,
    deleteFiles: async (uuids) => (await deleteFiles({ uuids }, settings)).problems,
    setMetadata: async (uuid) => {
      await updateMetadata({ uuid, ...METADATA }, settings);
    },
    copyToRemote: async (source) => {
      const copy = { source, target: REMOTE_TARGET, pattern: REMOTE_PATTERN, makePublic: true };
      return (await copyFileToRemoteStorage(copy, settings)).result;
    },
    repeat: async (times, work) => {
      await Promise.all(Array.from({ length: times }, () => limit(work)));
    },
    close: () => Promise.resolve(),
  };
}
