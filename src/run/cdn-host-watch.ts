import type { JsonValue } from '../core/json.ts';
import { parseUrl } from '../core/parse-url.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Send } from '../transport/send.ts';

/**
 * The hosts that serve the files of the projects. They are saved to the ledger as soon as the run has one.
 */
export class CdnHosts {
  readonly #hosts = new Map<string, string>();
  #ledger: Ledger | null = null;

  /** Saves all known and future hosts to the ledger. */
  saveTo(ledger: Ledger): void {
    this.#ledger = ledger;
    for (const [project, host] of this.#hosts) ledger.recordCdnHost(project, host);
  }

  /** Wraps a sender so that it records the host that an answer names. */
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
 * The depth at which a file can occur in an answer: a page has a list of results, and each result is a file.
 */
const MAX_DEPTH = 3;

/**
 * Finds the host of the first file or group in an answer (a page, a batch, a copy, a file or a group); null
 * if there is none. The depth is limited because answers are not trusted.
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

/** The host of a URL. Includes the scheme if it is plain HTTP, as in the URL of an emulator. */
function parseHost(url: JsonValue | undefined): string | null {
  const isWeb = typeof url === 'string' && /^https?:\/\//i.test(url);
  const parsed = isWeb ? parseUrl(url) : null;
  if (parsed === null) return null;
  const { protocol, host, origin } = parsed;
  return protocol === 'https:' ? host : origin;
}
