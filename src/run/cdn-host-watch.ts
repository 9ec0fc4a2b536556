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
    for (const [project, host] of this.#hosts) ledger.noteCdnHost(project, host);
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
    this.#ledger?.noteCdnHost(project, host);
  }
}

/** The host of the first file or group in an answer: a page, a batch, a copy, or the thing itself. */
export function cdnHostIn(body: JsonValue): string | null {
  if (typeof body !== 'object' || body === null) return null;
  if (Array.isArray(body)) return firstOf(body.map(cdnHostIn));
  const { original_file_url: file, cdn_url: group, results, result } = body;
  return firstOf([
    hostOf(file),
    hostOf(group),
    cdnHostIn(results ?? null),
    cdnHostIn(result ?? null),
  ]);
}

function firstOf(hosts: readonly (string | null)[]): string | null {
  return hosts.find((host) => host !== null) ?? null;
}

function hostOf(url: JsonValue | undefined): string | null {
  const isUrl = typeof url === 'string' && /^https?:\/\//i.test(url) && URL.canParse(url);
  return isUrl ? new URL(url).host : null;
}
