import type { BoundOrigins } from '../project/service-origins.ts';
import type { EmulatorRequest, EmulatorResponse } from '../protocol/emulator-request.ts';
import type { Surface } from './answer-service.ts';
import { type ListeningEmulator, type ListenOptions, serveHttp } from './http-listener.ts';

/**
 * The ports to listen on: one port for everything, or separate ports for the REST API, the Upload API and the
 * CDN.
 */
export interface ServicePorts extends ListenOptions {
  /** Ports of single services. 0 means a free port. A service that is not in this object uses `port`. */
  readonly ports?: Partial<Readonly<Record<Surface, number>>>;
}

/** An emulator that listens for requests, with the address of each service. */
export interface ListeningServices extends ListeningEmulator {
  /**
   * Scheme, host and port of the REST API, the Upload API and the CDN. They are equal if the services share a
   * port.
   */
  readonly origins: BoundOrigins;
}

type HandleFor = (only?: Surface) => (request: EmulatorRequest) => EmulatorResponse;

const SURFACES = ['rest', 'upload', 'cdn'] as const;

/** Starts the HTTP servers: one for all services together, and one for each service with its own port. */
export async function listenServices(
  handleFor: HandleFor,
  { ports = {}, ...options }: ServicePorts = {},
): Promise<ListeningServices> {
  const open: ListeningEmulator[] = [];
  const close = async () => {
    await Promise.all(open.map((server) => server.close()));
  };
  const serve = async (port: number | undefined, only?: Surface) => {
    const at = port === undefined ? options : { ...options, port };
    const server = await serveHttp(handleFor(only), at);
    open.push(server);
    return server;
  };
  try {
    const own: Partial<Record<Surface, ListeningEmulator>> = {};
    for (const surface of SURFACES) {
      const port = ports[surface];
      if (port !== undefined) own[surface] = await serve(port, surface);
    }
    const isAllOwn = SURFACES.every((surface) => own[surface] !== undefined);
    // The services without their own port share one. This port answers requests to every service.
    const shared = isAllOwn ? undefined : await serve(undefined);
    const originOf = (surface: Surface) => (own[surface] ?? shared)?.origin ?? '';
    const main = own.rest ?? shared;
    return {
      origin: main?.origin ?? '',
      port: main?.port ?? 0,
      origins: { rest: originOf('rest'), upload: originOf('upload'), cdn: originOf('cdn') },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
