import { createHash, createHmac } from 'node:crypto';
import { Pool } from 'undici';
import {
  IN_FLIGHT,
  type ListedPage,
  METADATA,
  PAGE_SIZE,
  REMOTE_PATTERN,
  REMOTE_TARGET,
  type Refused,
  type ScriptClient,
  type ScriptConnection,
} from './script-client.ts';

type Method = 'GET' | 'PUT' | 'DELETE' | 'POST';

const EMPTY_MD5 = createHash('md5').update('').digest('hex');
const CONTENT_TYPE = 'application/json';
const ACCEPT = 'application/vnd.uploadcare-v0.7+json';

/** The floor: the requests with undici and signatures, and nothing else. It parses only what decides. */
export function createFloorClient(connection: ScriptConnection): ScriptClient {
  const pool = new Pool(connection.origin, { connections: IN_FLIGHT });

  async function send(method: Method, path: string, body: string | null): Promise<Buffer> {
    const date = new Date().toUTCString();
    const md5 = body === null ? EMPTY_MD5 : createHash('md5').update(body).digest('hex');
    const signature = createHmac('sha1', connection.secretKey)
      .update(`${method}\n${md5}\n${CONTENT_TYPE}\n${date}\n${path}`)
      .digest('hex');
    const answer = await pool.request({
      method,
      path,
      body,
      headers: {
        accept: ACCEPT,
        'content-type': CONTENT_TYPE,
        date,
        authorization: `Uploadcare ${connection.publicKey}:${signature}`,
      },
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    if (answer.statusCode >= 300) {
      throw new Error(`${method} ${path}: ${answer.statusCode} ${bytes.toString()}`);
    }
    return bytes;
  }

  async function* pages(stored: boolean): AsyncGenerator<ListedPage> {
    let path: string | null = `/files/?stored=${stored}&limit=${PAGE_SIZE}`;
    while (path !== null) {
      const bytes: Buffer = await send('GET', path, null);
      const page: { next: string | null; results: { uuid: string }[] } = JSON.parse(
        bytes.toString(),
      );
      path = page.next === null ? null : page.next.slice(connection.origin.length);
      yield { uuids: page.results.map(({ uuid }) => uuid), next: path };
    }
  }

  async function batch(method: Method, uuids: string[]): Promise<Refused> {
    return readProblems(await send(method, '/files/storage/', JSON.stringify(uuids)));
  }

  async function repeat(times: number, work: () => Promise<void>): Promise<void> {
    let left = times;
    const worker = async () => {
      while (left > 0) {
        left -= 1;
        await work();
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  }

  return {
    pages,
    repeat,
    storeFiles: (uuids) => batch('PUT', uuids),
    deleteFiles: (uuids) => batch('DELETE', uuids),
    setMetadata: async (uuid) => {
      const path = `/files/${uuid}/metadata/${METADATA.key}/`;
      await send('PUT', path, JSON.stringify(METADATA.value));
    },
    copyToRemote: async (source) => {
      const asked = { source, target: REMOTE_TARGET, pattern: REMOTE_PATTERN, make_public: true };
      const bytes = await send('POST', '/files/remote_copy/', JSON.stringify(asked));
      const answer: { result: string } = JSON.parse(bytes.toString());
      return answer.result;
    },
    close: () => pool.close(),
  };
}

const PROBLEMS = Buffer.from('"problems":');

/** Parses the refusals at the end of the answer to a batch. The files before them decide nothing. */
function readProblems(bytes: Buffer): Refused {
  const start = bytes.lastIndexOf(PROBLEMS);
  if (start === -1) throw new Error(`The answer has no problems: ${bytes.toString()}`);
  return JSON.parse(bytes.toString('utf8', start + PROBLEMS.length, bytes.lastIndexOf('}')));
}
