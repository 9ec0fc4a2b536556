import type { ApiVersion } from '../core/api-version.ts';
import type { Connection } from '../core/connection.ts';
import type { LimitShare } from '../core/limit-share.ts';
import { present } from '../core/present.ts';
import { createRedactor } from '../core/redact-secrets.ts';
import type { RunId } from '../core/run.ts';
import type { WireRequest, WireResponse, World } from '../core/world.ts';
import type { RunStop } from '../engine/run-stop.ts';
import { createAdaptiveRate } from '../transport/adaptive-rate.ts';
import { PART_STORAGE, restApi, UPLOAD_API } from '../transport/api-dialect.ts';
import { createBottleneckGate } from '../transport/bottleneck-gate.ts';
import {
  createTransport,
  type Transport,
  type TransportOptions,
} from '../transport/create-transport.ts';
import type { Gate } from '../transport/gate.ts';
import { OPEN_GATE } from '../transport/open-gate.ts';
import type { Send } from '../transport/send.ts';
import type { ServerClock } from '../transport/server-clock.ts';
import { paceBy, type TransportListener } from '../transport/with-gate.ts';
import type { RequestLine } from '../transport/with-logging.ts';
import type { ServiceClient } from '../uploadcare/service-client.ts';
import { UPLOAD_ORIGIN } from '../uploadcare/upload-client.ts';
import type { CdnHosts } from './cdn-host-watch.ts';
import type { WorkerPermits } from './fleet.ts';
import type { LiveControl } from './live-control.ts';
import { createProjectClient, createRestSigner } from './project-client.ts';
import { createRunGate } from './run-gate.ts';
import type { RunContext } from './run-request.ts';
import { toolVersion } from './tool-version.ts';

/** The API clients of one project, for a run. */
export interface Service {
  readonly client: ServiceClient;
  readonly gate: Gate;
  /** The permits that the workers of a fleet need of this project; see `Fleet`. */
  readonly forWorkers: WorkerPermits;
  /** Divides the limits of both APIs between the runs that share the project. */
  share(share: LimitShare): void;
  /** Number of requests that must be in flight now to use the whole rate limit. */
  neededInFlight(): number;
  /** Number of answers of both APIs so far, without errors of the service. */
  answered(): number;
  close(): Promise<void>;
}

/** Options of `openService`. */
export interface ServiceOptions {
  readonly context: RunContext;
  /** The run that sends the requests; null for a command that works on no run. */
  readonly run: RunId | null;
  readonly connection: Connection;
  /** Name of the project in the job; undefined for the default project. */
  readonly project: string | undefined;
  /** Texts that must not be shown, besides the secret key. */
  readonly secrets: readonly string[];
  /** Remembers the host that serves the project's files. */
  readonly cdnHosts: CdnHosts;
  readonly runStop: RunStop;
  /** The version of the REST API that the job uses. */
  readonly apiVersion: ApiVersion;
  /** The estimate of the service's time. All projects share it because they use one service. */
  readonly serverClock: ServerClock;
  /** Sends a request whose answer shows the service's time. Used when the estimate can't be trusted. */
  readonly resyncClock: () => Promise<void>;
  /** The maximum rate of the run, and its pauses. */
  readonly control: LiveControl;
  /** The rate of the project that an earlier run learned, requests per second. */
  readonly startRate: number | undefined;
  /**
   * Called before each physical request to count it. If it returns false, the request budget is spent, and
   * the request is not sent.
   */
  readonly mayRequest: () => boolean | Promise<boolean>;
  /** Called if a counted request was not sent. */
  readonly onUnsent: () => void;
  /** Called after each answer. */
  readonly onAnswer: (answer: { throttled: boolean }) => void;
}

/** Creates the rate limiters (gates), transports and API clients for one project of a run. */
export function openService(options: ServiceOptions): Service {
  const { connection, serverClock } = options;
  const { world } = options.context;
  const { restOrigin, uploadOrigin = UPLOAD_ORIGIN } = connection;
  const gate = openGate(options);
  const uploadGate = openGate(options);
  const rest = openTransport(options, {
    name: '',
    origin: restOrigin,
    signer: createRestSigner(connection),
    gate,
    dialect: restApi(options.apiVersion),
    serverClock,
  });
  const upload = openTransport(options, {
    name: 'Upload API',
    origin: uploadOrigin,
    signer: null,
    gate: uploadGate,
    dialect: UPLOAD_API,
    serverClock,
  });
  const parts = openTransport(options, {
    name: 'storage of parts',
    origin: uploadOrigin,
    signer: null,
    gate: OPEN_GATE,
    dialect: PART_STORAGE,
  });
  const pace = (apiGate: Gate, name: string) =>
    paceBy(createRunGate(apiGate, options), world.clock, withWaitOwner(name, options));
  return {
    client: createProjectClient(connection, {
      rest: options.cdnHosts.watching(rest.send, options.project),
      upload: options.cdnHosts.watchingUploads(upload.send, options.project),
      part: parts.send,
      serverNow: () => serverClock.now(),
      random: world.random,
      uploadOrigin,
    }),
    forWorkers: {
      paced: {
        rest: pace(gate, 'workers'),
        upload: pace(uploadGate, 'workers, Upload API'),
        part: pace(OPEN_GATE, 'workers, storage of parts'),
      },
      resyncClock: options.resyncClock,
      isPaused: () => options.control.isPaused,
      onUnsent: options.onUnsent,
      onThrottled: () => options.onAnswer({ throttled: true }),
    },
    gate,
    share(share) {
      gate.share(share);
      uploadGate.share({ ...share, fairRate: null }); // only the rates of the REST API are compared
    },
    neededInFlight: () => gate.state().neededInFlight + uploadGate.state().neededInFlight,
    answered: () => answersOf(gate) + answersOf(uploadGate),
    async close() {
      await gate.close();
      await uploadGate.close();
    },
  };
}

function answersOf(gate: Gate): number {
  const { accepted, throttled } = gate.state();
  return accepted + throttled;
}

function openGate({ context, control, startRate }: ServiceOptions): Gate {
  const { clock, random } = context.world;
  const rate = createAdaptiveRate({ max: control.maxRate(), ...present({ learned: startRate }) });
  control.onLimits(() => rate.limitTo(control.maxRate(), clock.monotonic()));
  const createGate = context.limits?.createGate ?? createBottleneckGate;
  return createGate({ clock, random, rate });
}

function openTransport(
  options: ServiceOptions,
  {
    name,
    ...parts
  }: Pick<TransportOptions, 'origin' | 'signer' | 'gate' | 'dialect' | 'serverClock'> & {
    /** Name of the API in messages; empty for the REST API. */
    readonly name: string;
  },
): Transport {
  const { context, runStop, resyncClock } = options;
  const { world, offlineForMs } = context;
  const { send, serverNow } = createTransport({
    ...parts,
    world: { ...world, http: (request) => exchange(world, request, options) },
    gate: createRunGate(parts.gate, options),
    stopSignal: runStop.signal,
    resyncClock,
    userAgent: `ucbulk/${toolVersion()}`,
    redact: createRedactor([options.connection.secretKey, ...options.secrets]),
    log: (line) => logRequest(options, line),
    onEvent: withWaitOwner(name, options),
    ...(offlineForMs !== undefined && { limits: { unreachableMs: offlineForMs } }),
  });
  return { send: withUnsentReport(send, options.onUnsent), serverNow };
}

/**
 * Wraps `send`. Calls `onUnsent` if a request was not sent, because its intent (the record before a send)
 * could not be written.
 */
function withUnsentReport(send: Send, onUnsent: () => void): Send {
  return (request) => {
    if (!request.mutates) return send(request);
    const beforeSend = async () => {
      try {
        await request.beforeSend();
      } catch (error) {
        onUnsent();
        throw error;
      }
    };
    return send({ ...request, beforeSend });
  };
}

/** Adds the project and the API to the id and reason of each wait. */
function withWaitOwner(
  api: string,
  { context, connection, project }: ServiceOptions,
): TransportListener {
  const owner = [project === undefined ? '' : `project ${project}`, api].filter(
    (part) => part !== '',
  );
  const prefix = owner.length === 0 ? '' : `${owner.join(', ')}: `;
  return (event) => {
    if (event.kind !== 'waiting') return context.listener(event);
    const { wait } = event;
    const id = `${event.id} ${connection.publicKey} ${api}`;
    const named = wait && { ...wait, reason: `${prefix}${wait.reason}` };
    context.listener({ ...event, id, wait: named });
  };
}

async function exchange(
  world: World,
  request: WireRequest,
  options: ServiceOptions,
): Promise<WireResponse> {
  // A pause may begin while the intent is written. The request then waits at the gate again.
  const mayStart = () => !options.control.isPaused && request.mayStart();
  const response = await world.http({ ...request, mayStart });
  options.onAnswer({ throttled: response.status === 429 });
  return response;
}

function logRequest(
  { context, run }: Pick<ServiceOptions, 'context' | 'run'>,
  line: RequestLine,
): void {
  const { kind, message, ...rest } = line;
  const isTrouble = kind === 'retry' && rest.status === undefined;
  const level = kind === 'answered' ? 'debug' : isTrouble ? 'warn' : 'info';
  const fields = { ...(run !== null && { run }), ...present(rest) };
  context.log(level, fields, message ?? `request ${kind}`);
}
