import type { BoundOrigins } from '../project/service-origins.ts';
import type { EmulatorRequest, EmulatorResponse } from '../protocol/emulator-request.ts';
import type { Surface } from './answer-service.ts';
import { type ListeningEmulator, type ListenOptions, serveHttp } from './http-listener.ts';

/** The ports to listen on: one for everything, or one each for REST API, Upload API and CDN. */
export interface ServicePorts extends ListenOptions {
  /** A port for each service, 0 for a free one. A service without one uses `port`. */
  readonly ports?: Partial<Readonly<Record<Surface, number>>>;
}

/** A listening emulator, with the origin of each service. */
export interface ListeningServices extends ListeningEmulator {
  /** Origins of REST API, Upload API and CDN; equal if they share a port. */
  readonly origins: BoundOrigins;
}

type HandleFor = (only?: Surface) => (request: EmulatorRequest) => EmulatorResponse;

const SURFACES = ['rest', 'upload', 'cdn'] as const;

/** Serves everything on one port, or each given service on its own. */
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
    // The other services share a port, which answers for all services.
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
