import { createHash } from 'node:crypto';
import type { WireOrigins } from '../files/file-json.ts';
import type { EmulatorRequest } from '../protocol/emulator-request.ts';

/** Options that set the scheme and host of the links in answers. */
export interface OriginOptions {
  /** Scheme and host of the links `url`, `next` and `previous`. Default: those of the request. */
  readonly origin?: string;
  /**
   * Scheme and host of `original_file_url`. Default `https://ucarecdn.com`. `project` gives every project its
   * own host, `<prefix>.ucarecd.net`, as new Uploadcare accounts have. `self` is the emulator's own CDN.
   */
  readonly cdnOrigin?: string;
  /**
   * Scheme and host of the URLs to which clients send the parts of a multipart upload. Default: those of the
   * request.
   */
  readonly uploadOrigin?: string;
  /**
   * Scheme and host of the buckets, as they are in the presigned URLs from which clients import. Default: those
   * of the request that starts the import.
   */
  readonly s3Origin?: string;
}

/** The scheme, host and port at which each service of the emulator listens. */
export interface BoundOrigins {
  readonly rest: string;
  readonly upload: string;
  readonly cdn: string;
}

const CDN_ORIGIN = 'https://ucarecdn.com';

/** Scheme and host of every kind of link that an answer can have. */
export type RequestOrigins = WireOrigins & { readonly upload: string; readonly s3: string };

/**
 * Decides the scheme and host of links. If an option sets them, the option decides. Otherwise, if the
 * services share one port, links have the host of the request. If each service has its own port, links have
 * the address of the service to which they lead.
 */
export class ServiceOrigins {
  readonly #options: OriginOptions;
  #bound: BoundOrigins | undefined;

  constructor(options: OriginOptions) {
    this.#options = options;
  }

  /** Sets the addresses at which the emulator listens. Needed if each service has its own port. */
  bind(origins: BoundOrigins): void {
    this.#bound = origins;
  }

  /**
   * Scheme and host of the links in a webhook delivery, which can't take them from a request. The returned
   * object always uses the addresses of the last call of `bind`.
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

  /** Scheme and host of the links in the answer to a request. */
  of(request: EmulatorRequest, publicKey: string): RequestOrigins {
    const { origin, cdnOrigin, uploadOrigin, s3Origin } = this.#options;
    const own = requestOrigin(request);
    const isShared = this.#bound === undefined || this.#bound.rest === this.#bound.upload;
    const isOwnCdn = cdnOrigin === 'self' && isShared;
    return {
      api: origin ?? (isShared ? own : this.#api()),
      cdn: isOwnCdn ? own : this.#cdn(publicKey),
      upload: uploadOrigin ?? (isShared ? own : (this.#bound?.upload ?? own)),
      s3: s3Origin ?? own,
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
 * The host that serves the files of one project: `<prefix>.ucarecd.net`. The prefix is the beginning of the
 * SHA-256 of the public key, written in base 36. The vendor's clients compute it the same way.
 */
function projectCdnHost(publicKey: string): string {
  const digest = BigInt(`0x${createHash('sha256').update(publicKey).digest('hex')}`);
  return `${digest.toString(36).slice(0, PREFIX_LENGTH)}${DOMAIN}`;
}

/**
 * False if the host is the CDN host of another project. Every other host serves the files of this project.
 */
export function servesProject(host: string | undefined, publicKey: string): boolean {
  const name = host?.replace(/:\d+$/, '').toLowerCase() ?? '';
  return !name.endsWith(DOMAIN) || name === projectCdnHost(publicKey);
}
