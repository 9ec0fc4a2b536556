import type { Connection } from '../core/connection.ts';
import type { Random } from '../core/world.ts';
import type { Send, Signer } from '../transport/send.ts';
import { parseCredentials } from '../uploadcare/credentials.ts';
import { createRestClient } from '../uploadcare/rest-client.ts';
import type { ServiceClient } from '../uploadcare/service-client.ts';
import { createSigner, createSimpleSigner } from '../uploadcare/signature.ts';
import { createUploadClient } from '../uploadcare/upload-client.ts';
import { createUploadSigner } from '../uploadcare/upload-signature.ts';

/** How the requests of a project are sent. */
interface ProjectSends {
  readonly rest: Send;
  readonly upload: Send;
  /** Sends the parts of large files to their storage. */
  readonly part: Send;
  /** Server time, ms. */
  readonly serverNow: () => number;
  readonly random: Random;
  readonly uploadOrigin: string;
}

/** Creates the function that signs the requests to the REST API. */
export function createRestSigner({ publicKey, secretKey, auth, restOrigin }: Connection): Signer {
  const credentials = parseCredentials(publicKey, secretKey);
  return auth === 'simple'
    ? createSimpleSigner(credentials, restOrigin)
    : createSigner(credentials);
}

/** Creates the client for both APIs of a project. */
export function createProjectClient(connection: Connection, sends: ProjectSends): ServiceClient {
  const { publicKey, secretKey, restOrigin, partHosts = [], uploadAuth } = connection;
  const credentials = parseCredentials(publicKey, secretKey);
  return {
    ...createRestClient(sends.rest, { origin: restOrigin }),
    upload: createUploadClient({
      send: sends.upload,
      sendPart: sends.part,
      origin: sends.uploadOrigin,
      partHosts,
      publicKey: credentials.publicKey,
      sign: createUploadSigner(credentials, sends.serverNow, uploadAuth),
      random: sends.random,
    }),
  };
}
