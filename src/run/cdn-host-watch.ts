import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import { isJsonObject, type JsonValue } from '../core/json.ts';
import { parseUrl } from '../core/parse-url.ts';
import type { Clock } from '../core/world.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ApiRequest, Send } from '../transport/send.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';

const MAX_ASKING_MS = 10_000;

interface AskedProject {
  readonly name: string | undefined;
  readonly service: { readonly client: { readonly files: Pick<FilesApi, 'fileInfo'> } };
}

/**
 * Remembers which hosts serve the files of the projects. As soon as the run has a ledger, the hosts are saved
 * there.
 */
export class CdnHosts {
  readonly #hosts = new Map<string, string>();
  /** One file that the run made, for each project. */
  readonly #newFiles = new Map<string, FileUuid>();
  #ledger: Ledger | null = null;

  /** Saves all known hosts to the ledger, and later ones when they become known. */
  saveTo(ledger: Ledger): void {
    this.#ledger = ledger;
    for (const [project, host] of this.#hosts) ledger.recordCdnHost(project, host);
  }

  /** Wraps `send` so that it remembers the host of a file that an answer contains. */
  watching(send: Send, project: string | undefined): Send {
    const look = (body: JsonValue | undefined) => {
      const host = findCdnHost(body);
      if (host !== null) this.#record(project ?? '', host);
    };
    return async (request) => {
      const answer = await send(watchingReader(request, look));
      look(answer.body);
      return answer;
    };
  }

  /** Wraps `send` of the Upload API so that the name of a new file is remembered. Its answers name no host. */
  watchingUploads(send: Send, project: string | undefined): Send {
    return async (request) => {
      const answer = await send(request);
      const file = findNewFile(answer.body);
      if (file !== null) this.#newFiles.set(project ?? '', file);
      return answer;
    };
  }

  /**
   * Asks for the host of each project of which no answer has named it, although the run made files there. Asks for at
   * most `MAX_ASKING_MS`: the run is finished, and a report can do without the host.
   */
  async askForMissing(projects: readonly AskedProject[], clock: Clock): Promise<void> {
    const patience = new AbortController();
    const late = clock.sleep(MAX_ASKING_MS, patience.signal).then(() => patience.abort(), nothing);
    for (const { name = '', service } of projects) {
      const file = this.#newFiles.get(name);
      if (file === undefined || this.#hosts.has(name)) continue;
      await service.client.files.fileInfo(file, patience.signal).catch(nothing);
    }
    patience.abort();
    await late;
    this.#ledger?.transaction(nothing); // saves the hosts
  }

  #record(project: string, host: string): void {
    if (this.#hosts.get(project) === host) return;
    this.#hosts.set(project, host);
    this.#ledger?.recordCdnHost(project, host);
  }
}

const nothing = (): void => undefined;

/** The file that an answer of the Upload API names; null if it names none. */
function findNewFile(body: JsonValue): FileUuid | null {
  if (!isJsonObject(body)) return null;
  const named = body['uuid'] ?? body['file'];
  return typeof named === 'string' && isFileUuid(named) ? parseFileUuid(named) : null;
}

/**
 * Lets `look` see an answer that the caller reads itself, such as a page of files: its body is not in the
 * `ApiResponse`. The JSON is not decoded, but the host of a URL is ASCII.
 */
function watchingReader(request: ApiRequest, look: (body: JsonValue) => void): ApiRequest {
  const { readAnswer } = request;
  if (readAnswer === undefined) return request;
  return {
    ...request,
    readAnswer(value, decode) {
      look(value);
      return readAnswer(value, decode);
    },
  };
}

/**
 * Depth of objects and lists at which a file can occur in an answer. A page contains a list of results, and
 * each result is a file.
 */
const MAX_DEPTH = 3;

/**
 * Finds the host of the first file or group in an answer; null if there is none. The depth is limited because
 * an answer may have any structure.
 */
function findCdnHost(body: JsonValue | undefined, depth = MAX_DEPTH): string | null {
  if (typeof body !== 'object' || body === null || depth === 0) return null;
  if (Array.isArray(body)) return findFirstHost(body, depth - 1);
  const { original_file_url: file, cdn_url: group, results, result } = body;
  return parseHost(file) ?? parseHost(group) ?? findFirstHost([results, result], depth - 1);
}

function findFirstHost(parts: readonly (JsonValue | undefined)[], depth: number): string | null {
  for (const part of parts) {
    const host = findCdnHost(part, depth);
    if (host !== null) return host;
  }
  return null;
}

/** The host of a URL. If the URL uses plain HTTP, as those of the emulator do, the scheme is included. */
function parseHost(url: JsonValue | undefined): string | null {
  const isWeb = typeof url === 'string' && /^https?:\/\//i.test(url);
  const parsed = isWeb ? parseUrl(url) : null;
  if (parsed === null) return null;
  const { protocol, host, origin } = parsed;
  return protocol === 'https:' ? host : origin;
}
