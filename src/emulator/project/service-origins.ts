import { createHash } from 'node:crypto';
import type { WireOrigins } from '../files/file-json.ts';
import type { EmulatorRequest } from '../protocol/emulator-request.ts';

/** Options for the origins of links in answers. */
export interface OriginOptions {
  /** Origin of `url`, `next` and `previous`; default the one of the request. */
  readonly origin?: string;
  /**
   * Origin of `original_file_url`; default https://ucarecdn.com. `project` gives every project its
   * own host, `<prefix>.ucarecd.net`, as new accounts have; `self` is the emulator's own CDN.
   */
  readonly cdnOrigin?: string;
  /** Origin of part URLs; default the one of the request. */
  readonly uploadOrigin?: string;
}

/** The origins at which an emulator listens. */
export interface BoundOrigins {
  readonly rest: string;
  readonly upload: string;
  readonly cdn: string;
}

const CDN_ORIGIN = 'https://ucarecdn.com';

/** The origins of links in an answer of any service. */
export type RequestOrigins = WireOrigins & { readonly upload: string };

/**
 * The origins of links: as configured, else where the emulator listens, else the request's host.
 */
export class ServiceOrigins {
  readonly #options: OriginOptions;
  #bound: BoundOrigins | undefined;

  constructor(options: OriginOptions) {
    this.#options = options;
  }

  /** Sets the origins at which the emulator listens; needed if each service has its own port. */
  bind(origins: BoundOrigins): void {
    this.#bound = origins;
  }

  /**
   * The origins for a webhook's delivery, which belongs to no request. They follow a later `bind`.
   */
  forProject(publicKey: string): WireOrigins {
    const [api, cdn] = [() => this.#api(), () => this.#cdn(publicKey)];
    return {
      get api() {
        return api();
      },
      get cdn() {
        return cdn();
      },
    };
  }

  /** The origins for the answer to a request. */
  of(request: EmulatorRequest, publicKey: string): RequestOrigins {
    const { origin, cdnOrigin, uploadOrigin } = this.#options;
    const own = requestOrigin(request);
    const isShared = this.#bound === undefined || this.#bound.rest === this.#bound.upload;
    const isOwnCdn = cdnOrigin === 'self' && isShared;
    return {
      api: origin ?? (isShared ? own : this.#api()),
      cdn: isOwnCdn ? own : this.#cdn(publicKey),
      upload: uploadOrigin ?? (isShared ? own : (this.#bound?.upload ?? own)),
    };
  }

  #api(): string {
    return this.#options.origin ?? this.#bound?.rest ?? 'https://api.uploadcare.com';
  }

  #cdn(publicKey: string): string {
    const { cdnOrigin = CDN_ORIGIN } = this.#options;
    if (cdnOrigin === 'project') return `https://${projectCdnHost(publicKey)}`;
    return cdnOrigin === 'self' ? (this.#bound?.cdn ?? CDN_ORIGIN) : cdnOrigin;
  }
}

function requestOrigin(request: EmulatorRequest): string {
  const scheme = request.isHttps === false ? 'http' : 'https';
  return `${scheme}://${request.headers.host ?? 'api.uploadcare.com'}`;
}

const DOMAIN = '.ucarecd.net';
const PREFIX_LENGTH = 10;

/**
 * The host that serves the files of one project: `<prefix>.ucarecd.net`. The prefix is the start of
 * the SHA-256 of the public key in base 36, as the vendor's clients compute it.
 */
function projectCdnHost(publicKey: string): string {
  const digest = BigInt(`0x${createHash('sha256').update(publicKey).digest('hex')}`);
  return `${digest.toString(36).slice(0, PREFIX_LENGTH)}${DOMAIN}`;
}

/** True if a host serves the files of a project; only the host of another project does not. */
export function servesProject(host: string | undefined, publicKey: string): boolean {
  const name = host?.replace(/:\d+$/, '').toLowerCase() ?? '';
  return !name.endsWith(DOMAIN) || name === projectCdnHost(publicKey);
}
