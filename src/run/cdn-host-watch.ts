import type { JsonValue } from '../core/json.ts';
import { parseUrl } from '../core/parse-url.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Send } from '../transport/send.ts';

/**
 * Remembers which hosts serve the files of the projects. As soon as the run has a ledger, the hosts are saved
 * there.
 */
export class CdnHosts {
  readonly #hosts = new Map<string, string>();
  #ledger: Ledger | null = null;

  /** Saves all known hosts to the ledger, and later ones when they become known. */
  saveTo(ledger: Ledger): void {
    this.#ledger = ledger;
    for (const [project, host] of this.#hosts) ledger.recordCdnHost(project, host);
  }

  /** Wraps `send` so that it remembers the host of a file that an answer contains. */
  watching(send: Send, project: string | undefined): Send {
    return async (request) => {
      const answer = await send(request);
      const host = findCdnHost(answer.body);
      if (host !== null) this.#record(project ?? '', host);
      return answer;
    };
  }

  #record(project: string, host: string): void {
    if (this.#hosts.get(project) === host) return;
    this.#hosts.set(project, host);
    this.#ledger?.recordCdnHost(project, host);
  }
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
