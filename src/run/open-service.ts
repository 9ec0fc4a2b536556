import { canceled } from '../core/failure.ts';
import type { WireRequest, WireResponse, World } from '../core/world.ts';
import type { Halt } from '../engine/halt.ts';
import { createAdaptiveRate } from '../transport/adaptive-rate.ts';
import { createTransport } from '../transport/create-transport.ts';
import type { Gate } from '../transport/gate.ts';
import { createBottleneckGate } from '../transport/rate-limiter.ts';
import type { RequestLine } from '../transport/with-logging.ts';
import { parseCredentials } from '../uploadcare/credentials.ts';
import { createRestClient, type RestClient } from '../uploadcare/rest-client.ts';
import { createSigner, createSimpleSigner } from '../uploadcare/signature.ts';
import type { RunContext } from './run-request.ts';
import { toolVersion } from './tool-version.ts';

/** One project's API, as a run uses it. */
export interface Service {
  readonly client: RestClient;
  readonly gate: Gate;
  /** The service's time, ms. */
  serverNow(): number;
  close(): Promise<void>;
}

/** What the service is opened with. */
export interface ServiceOptions {
  readonly context: RunContext;
  readonly halt: Halt;
  /** Most requests a second, or undefined. */
  readonly maxRate: number | undefined;
  /** What an earlier run learned, requests a second. */
  readonly learnedRate: number | undefined;
  /** Called before each physical request; false stops it before it leaves. */
  readonly mayRequest: () => boolean;
  /** Called after each answer. */
  readonly onAnswer: (answer: { throttled: boolean }) => void;
}

/** Stacks gate, transport and client for one run. */
export function openService(options: ServiceOptions): Service {
  const { context, halt } = options;
  const { world, connection } = context;
  const rate = createAdaptiveRate({
    ...(options.maxRate !== undefined && { max: options.maxRate }),
    ...(options.learnedRate !== undefined && { start: options.learnedRate }),
  });
  const createGate = context.limits?.createGate ?? createBottleneckGate;
  const gate = createGate({ clock: world.clock, random: world.random, rate });
  const credentials = parseCredentials(connection.publicKey, connection.secretKey);
  const signer =
    connection.auth === 'simple'
      ? createSimpleSigner(credentials, connection.restOrigin)
      : createSigner(credentials);
  const transport = createTransport({
    world: { ...world, http: (request) => exchange(world, request, options) },
    origin: connection.restOrigin,
    signer,
    gate: brakedGate(gate, halt, options.mayRequest),
    userAgent: `ucbulk/${toolVersion()}`,
    log: (line) => logRequest(context, line),
    onEvent: context.listener,
    ...(context.offlineForMs !== undefined && {
      limits: { unreachableMs: context.offlineForMs },
    }),
  });
  return {
    client: createRestClient(transport.send, { origin: connection.restOrigin }),
    gate,
    serverNow: () => transport.serverNow(),
    close: () => gate.close(),
  };
}

/** No request leaves a run that is stopping: who waits at the gate is sent home. */
function brakedGate(gate: Gate, halt: Halt, mayRequest: () => boolean): Gate {
  return {
    ...gate,
    async take(lane) {
      await gate.take(lane, halt.signal);
      if (!mayRequest()) throw canceled('The request budget is spent');
    },
  };
}

async function exchange(
  world: World,
  request: WireRequest,
  options: ServiceOptions,
): Promise<WireResponse> {
  const response = await world.http(request);
  options.onAnswer({ throttled: response.status === 429 });
  return response;
}

function logRequest(context: RunContext, line: RequestLine): void {
  const { kind, message, ...rest } = line;
  const fields = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  ) as Record<string, string | number>;
  const level = kind === 'answered' ? 'debug' : 'info';
  context.log(level, fields, message ?? `request ${kind}`);
}
