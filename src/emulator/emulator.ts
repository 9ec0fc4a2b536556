import type { AuditEntry, EffectSummary } from './audit-log.ts';
import { answerControl, CONTROL_PREFIX } from './control-endpoints.ts';
import type { Effect } from './effect.ts';
import type { EmulatedFile } from './emulated-file.ts';
import type { EmulatedProject, FileSpec, ProjectOptions } from './emulated-project.ts';
import type { EmulatorClock, TimeSource } from './emulator-clock.ts';
import type {
  EmulatorRequest,
  EmulatorResponse,
  RequestHeaders,
  SocketFault,
} from './emulator-request.ts';
import { type EmulatorOptions, EmulatorState } from './emulator-state.ts';
import type { Fault, FaultRule, FaultStatus, Faults } from './faults.ts';
import type { FileCounts } from './file-kinds.ts';
import { type ListeningEmulator, type ListenOptions, serveHttp } from './http-listener.ts';
import type { BucketObject } from './remote-buckets.ts';
import { answerRequest } from './request-pipeline.ts';
import type { RequestCount } from './request-tally.ts';
import type { ThrottleOptions } from './throttle-bucket.ts';

export type {
  AuditEntry,
  BucketObject,
  Effect,
  EffectSummary,
  EmulatedFile,
  EmulatorClock,
  EmulatorOptions,
  EmulatorRequest,
  EmulatorResponse,
  Fault,
  FaultRule,
  FaultStatus,
  Faults,
  FileCounts,
  FileSpec,
  ListeningEmulator,
  ListenOptions,
  ProjectOptions,
  RequestCount,
  RequestHeaders,
  SocketFault,
  ThrottleOptions,
  TimeSource,
};

/** A project as a test sees it: its keys, and its files from behind the API. */
export interface ProjectView {
  readonly publicKey: string;
  readonly secretKey: string;
  /** Puts a file there as if it had been uploaded, and gives it back. */
  addFile(spec?: FileSpec): EmulatedFile;
  /** The file as it is now; undefined where it is unknown or purged. */
  file(uuid: string): EmulatedFile | undefined;
  /** The n-th seeded file, oldest first. */
  seededFile(index: number): EmulatedFile;
  counts(): FileCounts;
}

/** An Uploadcare of one's own: no account, no network, nothing to lose. */
export interface Emulator {
  /** Answers one request at once; faults that need a socket are left to the caller. */
  handle(request: EmulatorRequest): EmulatorResponse;
  /** Serves `handle` over HTTP. */
  listen(options?: ListenOptions): Promise<ListeningEmulator>;
  readonly clock: EmulatorClock;
  readonly projects: readonly ProjectView[];
  readonly faults: Faults;
  readonly audit: {
    readonly length: number;
    entries(from?: number): Iterable<AuditEntry>;
    summary(): Partial<Record<Effect, EffectSummary>>;
  };
  /** Requests by method, route and status. */
  requestCounts(): RequestCount[];
  /** The objects that were copied to a bucket, in order. */
  bucketObjects(bucket: string): Iterable<BucketObject>;
}

/** Makes an emulator; the same options and clock make the same files, ids and answers. */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const state = new EmulatorState(options);
  const handle = (request: EmulatorRequest): EmulatorResponse =>
    request.target.startsWith(CONTROL_PREFIX)
      ? answerControl(state, request)
      : answerRequest(state, request);
  return {
    handle,
    listen: (listenOptions) => serveHttp(handle, listenOptions),
    clock: state.clock,
    projects: state.projects.map((project) => viewOf(state, project)),
    faults: state.faults,
    audit: state.audit,
    requestCounts: () => state.tally.list(),
    bucketObjects: (bucket) => state.buckets.objects(bucket),
  };
}

function viewOf(state: EmulatorState, project: EmulatedProject): ProjectView {
  const { files, publicKey, secretKey } = project;
  const settled = () => {
    state.settle(state.clock.uniqueMicros());
    return files;
  };
  return {
    publicKey,
    secretKey,
    addFile: (spec = {}) => files.describe(project.addFile(spec, state.clock.uniqueMicros())),
    file: (uuid) => {
      const ref = settled().find(uuid);
      return ref === undefined ? undefined : files.describe(ref);
    },
    seededFile: (index) => settled().describe(index),
    counts: () => settled().counts(),
  };
}
