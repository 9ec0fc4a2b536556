import type { AuditEntry, EffectSummary } from './audit/audit-log.ts';
import type { Creation, CreationSummary, RepeatedCreation } from './audit/creation-counts.ts';
import type { Effect } from './audit/effect.ts';
import type { RequestCount } from './audit/request-tally.ts';
import { answerControl, CONTROL_PREFIX } from './control/control-endpoints.ts';
import {
  type AddonRunSpec,
  createWorkView,
  type ProjectWorkView,
  type WebhookSpec,
} from './control/project-work-view.ts';
import type { EmulatedFile, FileCounts } from './core/emulated-file.ts';
import { type EmulatorOptions, EmulatorState } from './emulator-state.ts';
import type { Fault, FaultRule, FaultStatus, Faults } from './faults/faults.ts';
import type { FileSpec } from './files/file-spec.ts';
import type { Original } from './media/original-store.ts';
import type { EmulatorObjects, ProjectObjects } from './objects/emulator-objects.ts';
import { ObjectsError } from './objects/object-reader.ts';
import { putObjects } from './objects/put-objects.ts';
import { readObjects } from './objects/read-objects.ts';
import { savedObjects } from './objects/save-objects.ts';
import type { EmulatedProject } from './project/emulated-project.ts';
import type { ProjectOptions } from './project/project-options.ts';
import type { BucketObject } from './project/remote-buckets.ts';
import type {
  EmulatorRequest,
  EmulatorResponse,
  RequestHeaders,
  SocketFault,
} from './protocol/emulator-request.ts';
import type { AccessKey, S3RequestKind } from './s3/access-keys.ts';
import type { BucketOptions } from './s3/bucket.ts';
import {
  createBucketsView,
  type EmulatedBuckets,
  type OpenUploadView,
} from './s3/emulated-buckets.ts';
import type { S3ObjectSpec, S3ObjectView } from './s3/s3-object.ts';
import type { SeededObjectsOptions } from './s3/seeded-objects.ts';
import { answerService, type Surface } from './server/answer-service.ts';
import type { ListeningEmulator, ListenOptions } from './server/http-listener.ts';
import {
  type ListeningServices,
  listenServices,
  type ServicePorts,
} from './server/listen-services.ts';
import type { EmulatorClock, TimeSource } from './time/emulator-clock.ts';
import type { ThrottleOptions } from './time/throttle-bucket.ts';
import type { Addon, WorkKind, WorkOptions, WorkSettings } from './time/work-plan.ts';
import type { UrlSource } from './upload/registered-urls.ts';
import type { ImportTiming } from './upload/upload-options.ts';
import type { PartCount } from './upload/upload-service.ts';
import type { WebhookDelivery } from './webhooks/webhook-event.ts';
import { startSending } from './webhooks/webhook-sender.ts';

export type {
  AccessKey,
  Addon,
  AddonRunSpec,
  AuditEntry,
  BucketObject,
  BucketOptions,
  Creation,
  CreationSummary,
  Effect,
  EffectSummary,
  EmulatedBuckets,
  EmulatedFile,
  EmulatorClock,
  EmulatorObjects,
  EmulatorOptions,
  EmulatorRequest,
  EmulatorResponse,
  Fault,
  FaultRule,
  FaultStatus,
  Faults,
  FileCounts,
  FileSpec,
  ImportTiming,
  ListeningEmulator,
  ListeningServices,
  ListenOptions,
  OpenUploadView,
  Original,
  PartCount,
  ProjectObjects,
  ProjectOptions,
  RepeatedCreation,
  RequestCount,
  RequestHeaders,
  S3ObjectSpec,
  S3ObjectView,
  S3RequestKind,
  SeededObjectsOptions,
  ServicePorts,
  SocketFault,
  Surface,
  ThrottleOptions,
  TimeSource,
  UrlSource,
  WebhookDelivery,
  WebhookSpec,
  WorkKind,
  WorkOptions,
  WorkSettings,
};

export { ObjectsError };

/** Gives tests access to one project: they read and change it without requests to the API. */
export interface ProjectView extends ProjectWorkView {
  readonly publicKey: string;
  readonly secretKey: string;
  /** Adds a file as if it had been uploaded, and returns it. */
  addFile(spec?: FileSpec): EmulatedFile;
  /** The current state of a file. Undefined if the file is unknown or purged. */
  file(uuid: string): EmulatedFile | undefined;
  /** The n-th of the files that the emulator generated from its seed, oldest first. */
  seededFile(index: number): EmulatedFile;
  /**
   * Size and checksum of an uploaded file, and its bytes if the emulator kept them. Undefined for files that
   * were not uploaded.
   */
  original(uuid: string): Original | undefined;
  counts(): FileCounts;
}

/**
 * An emulated Uploadcare on your own machine. It needs no Uploadcare account and no network, and it can't
 * damage real files.
 */
export interface Emulator {
  /**
   * Answers a request at once, without a network. Some faults, such as a closed connection, need a socket.
   * The answer then only describes the fault, and the caller must carry it out.
   */
  handle(request: EmulatorRequest): EmulatorResponse;
  /** Starts an HTTP server that answers requests with `handle`. */
  listen(options?: ServicePorts): Promise<ListeningServices>;
  readonly clock: EmulatorClock;
  readonly projects: readonly ProjectView[];
  readonly faults: Faults;
  readonly audit: {
    readonly length: number;
    entries(from?: number): Iterable<AuditEntry>;
    summary(): Partial<Record<Effect, EffectSummary>>;
  };
  /**
   * Registers a URL that clients can import. A URL that ends in `*` matches every URL with this beginning.
   */
  addUrl(url: string, source: UrlSource): void;
  /**
   * Shows how many uploads, imports and groups were created, and which were created twice from the same
   * input.
   */
  readonly creations: {
    summary(): Partial<Record<Creation, CreationSummary>>;
    repeated(): RepeatedCreation[];
  };
  /** How often each part of each multipart upload was sent. Includes finished uploads. */
  uploadedParts(): PartCount[];
  /** Adds objects to the existing projects. The objects are JSON in the format of the API. */
  load(objects: EmulatorObjects): void;
  /**
   * Returns all objects in the format of `load`. `saveText` returns the same as pieces of JSON text, to save
   * memory.
   */
  save(): EmulatorObjects;
  saveText(): Iterable<string>;
  /** The number of requests for each combination of method, route and status. */
  requestCounts(): RequestCount[];
  /** The last 10,000 webhook deliveries. The emulator sends them only after `listen`. */
  webhookDeliveries(): readonly Readonly<WebhookDelivery>[];
  /** The objects that remote copies created in a bucket, oldest first. */
  bucketObjects(bucket: string): Iterable<BucketObject>;
  /** The buckets that clients reach by S3 under the path `/s3/`. */
  readonly buckets: EmulatedBuckets;
}

/**
 * Creates an emulator. If options, clock and requests are the same, files, ids and answers are the same too.
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const state = new EmulatorState(options);
  const handleFor = (only?: Surface) => (request: EmulatorRequest) =>
    request.target.startsWith(CONTROL_PREFIX)
      ? answerControl(state, request)
      : answerService(state, request, only);
  return {
    handle: handleFor(),
    async listen(ports) {
      const services = await listenServices(handleFor, ports);
      state.origins.bind(services.origins);
      const settle = () => state.settle(state.clock.uniqueMicros());
      const sender = startSending(state.webhookQueue, settle);
      const close = () => {
        sender.stop();
        return services.close();
      };
      return { ...services, close };
    },
    clock: state.clock,
    projects: state.projects.map((project) => createView(state, project)),
    faults: state.faults,
    audit: state.audit,
    load: (objects) => putObjects(state.uploads, readObjects(objects), state.clock.uniqueMicros()),
    save: () => JSON.parse([...savedObjects(state)].join('')),
    saveText: () => savedObjects(state),
    addUrl: (url, source) => state.uploads.urls.add(url, source),
    creations: state.uploads.creations,
    uploadedParts: () => state.uploads.listParts(),
    requestCounts: () => state.tally.list(),
    webhookDeliveries: () => state.webhookQueue.list(),
    bucketObjects: (bucket) => state.copies.objects(bucket),
    buckets: createBucketsView(state.s3, () => state.clock.now()),
  };
}

function createView(state: EmulatorState, project: EmulatedProject): ProjectView {
  const { files, publicKey, secretKey } = project;
  const settled = () => {
    state.settle(state.clock.uniqueMicros());
    return files;
  };
  return {
    ...createWorkView(project, () => {
      settled();
      return state.clock.uniqueMicros();
    }),
    publicKey,
    secretKey,
    addFile: (spec = {}) => files.describe(project.addFile(spec, state.clock.uniqueMicros())),
    file: (uuid) => {
      const ref = settled().find(uuid);
      return ref === undefined ? undefined : files.describe(ref);
    },
    seededFile: (index) => settled().describe(index),
    original: (uuid) => state.uploads.originals.find(uuid),
    counts: () => settled().counts(),
  };
}
