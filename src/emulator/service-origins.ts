import type { WireOrigins } from './emulated-file.ts';
import type { EmulatorRequest } from './emulator-request.ts';

/** Where the links in answers lead, as asked for. */
export interface OriginOptions {
  /** Origin of `url`, `next` and `previous`; default the one of the request. */
  readonly origin?: string;
  /** Origin of `original_file_url`; default https://ucarecdn.com; `self` for the emulator's own. */
  readonly cdnOrigin?: string;
  /** Origin of part URLs; default the one of the request. */
  readonly uploadOrigin?: string;
}

/** The origins an emulator listens at. */
export interface BoundOrigins {
  readonly rest: string;
  readonly upload: string;
  readonly cdn: string;
}

const CDN_ORIGIN = 'https://ucarecdn.com';

/** Where links lead: as asked for, else to where the emulator listens, else to the request's host. */
export class ServiceOrigins implements WireOrigins {
  readonly #options: OriginOptions;
  #bound: BoundOrigins | undefined;

  constructor(options: OriginOptions) {
    this.#options = options;
  }

  /** Tells where the emulator listens now; needed where each service has a port of its own. */
  bind(origins: BoundOrigins): void {
    this.#bound = origins;
  }

  /** For what belongs to no request, e.g. a webhook's delivery. */
  get api(): string {
    return this.#options.origin ?? this.#bound?.rest ?? 'https://api.uploadcare.com';
  }

  get cdn(): string {
    const { cdnOrigin = CDN_ORIGIN } = this.#options;
    return cdnOrigin === 'self' ? (this.#bound?.cdn ?? CDN_ORIGIN) : cdnOrigin;
  }

  /** For the answer to a request. */
  of(request: EmulatorRequest): WireOrigins & { readonly upload: string } {
    const { origin, cdnOrigin, uploadOrigin } = this.#options;
    const own = originOf(request);
    const isShared = this.#bound === undefined || this.#bound.rest === this.#bound.upload;
    const isOwnCdn = cdnOrigin === 'self' && isShared;
    return {
      api: origin ?? (isShared ? own : this.api),
      cdn: isOwnCdn ? own : this.cdn,
      upload: uploadOrigin ?? (isShared ? own : (this.#bound?.upload ?? own)),
    };
  }
}

function originOf(request: EmulatorRequest): string {
  const scheme = request.isHttps === false ? 'http' : 'https';
  return `${scheme}://${request.headers.host ?? 'api.uploadcare.com'}`;
}
