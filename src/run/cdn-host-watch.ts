import type { JsonValue } from '../core/json.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Send } from '../transport/send.ts';

/** The hosts that the projects' files are served from, and the ledger that keeps them once there is one. */
export class CdnHosts {
  readonly #hosts = new Map<string, string>();
  #ledger: Ledger | null = null;

  /** Keeps them in the ledger from now on, and those noted before. */
  keepIn(ledger: Ledger): void {
    this.#ledger = ledger;
    for (const [project, host] of this.#hosts) ledger.recordCdnHost(project, host);
  }

  /** The same sender; it notes the host that answers name. */
  watching(send: Send, project: string | undefined): Send {
    return async (request) => {
      const answer = await send(request);
      const host = cdnHostIn(answer.body);
      if (host !== null) this.#note(project ?? '', host);
      return answer;
    };
  }

  #note(project: string, host: string): void {
    if (this.#hosts.get(project) === host) return;
    this.#hosts.set(project, host);
    this.#ledger?.recordCdnHost(project, host);
  }
}

/** A page is an object, its results a list, a file an object: what lies deeper names no host of ours. */
const MAX_DEPTH = 3;

/**
 * The host of the first file or group in an answer: a page, a batch, a copy, or the thing itself;
 * null if none is named. Answers are not trusted: a deep nest costs no more than a flat one.
 */
function cdnHostIn(body: JsonValue | undefined, depth = MAX_DEPTH): string | null {
  if (typeof body !== 'object' || body === null || depth === 0) return null;
  if (Array.isArray(body)) return firstHost(body, depth - 1);
  const { original_file_url: file, cdn_url: group, results, result } = body;
  return hostOf(file) ?? hostOf(group) ?? firstHost([results, result], depth - 1);
}

function firstHost(parts: readonly (JsonValue | undefined)[], depth: number): string | null {
  for (const part of parts) {
    const host = cdnHostIn(part, depth);
    if (host !== null) return host;
  }
  return null;
}

/** With the scheme if that is plain HTTP: an emulator's. */
function hostOf(url: JsonValue | undefined): string | null {
  const isUrl = typeof url === 'string' && /^https?:\/\//i.test(url) && URL.canParse(url);
  if (!isUrl) return null;
  const { protocol, host, origin } = new URL(url);
  return protocol === 'https:' ? host : origin;
}
