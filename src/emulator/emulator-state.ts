import { AuditLog } from './audit/audit-log.ts';
import type { Effect } from './audit/effect.ts';
import { RequestTally } from './audit/request-tally.ts';
import { UuidPermutation } from './core/uuid-permutation.ts';
import { Faults } from './faults/faults.ts';
import type { EmulatorObjects } from './objects/emulator-objects.ts';
import { putObjects, withLoadedProjects } from './objects/put-objects.ts';
import { readObjects } from './objects/read-objects.ts';
import { EmulatedProject, type ProjectHost } from './project/emulated-project.ts';
import type { ProjectOptions } from './project/project-options.ts';
import { RemoteBuckets } from './project/remote-buckets.ts';
import { type OriginOptions, ServiceOrigins } from './project/service-origins.ts';
import type { BucketOptions } from './s3/bucket.ts';
import { copiedObjects } from './s3/copied-objects.ts';
import { S3Service } from './s3/s3-service.ts';
import { EmulatorClock, type TimeSource } from './time/emulator-clock.ts';
import type { UploadServiceOptions } from './upload/upload-options.ts';
import { UploadService } from './upload/upload-service.ts';
import { WebhookQueue } from './webhooks/webhook-queue.ts';

/**
 * Options of an emulator. An option that belongs to a project, such as `files`, applies to every project that
 * does not set it.
 */
export interface EmulatorOptions extends ProjectOptions, UploadServiceOptions, OriginOptions {
  /**
   * Objects that exist from the start, as JSON in the format of the API. The projects in this JSON come
   * before those in `projects`.
   */
  readonly load?: EmulatorObjects;
  /** The projects of the emulator. Default: one project with the keys `demopublickey` and `demosecretkey`. */
  readonly projects?: readonly ProjectOptions[];
  /** Where the emulator reads the real time. Default: the computer's clock. */
  readonly clock?: TimeSource;
  /** How many emulated seconds pass in one real second. Default 1. */
  readonly speed?: number;
  /** Emulated time minus real time, in ms. A negative value means that the emulated clock is behind. */
  readonly offsetMs?: number;
  /** Buckets that exist from the start, beside those of `remoteTargets`. The keys are their names. */
  readonly buckets?: Readonly<Record<string, BucketOptions>>;
}

/** The whole state of an emulator. The services and the control endpoints read and change this one object. */
export class EmulatorState {
  readonly clock: EmulatorClock;
  readonly projects: readonly EmulatedProject[];
  readonly projectsByKey: ReadonlyMap<string, EmulatedProject>;
  readonly audit: AuditLog;
  readonly tally = new RequestTally();
  readonly s3: S3Service;
  /** The objects that remote copies created. Their buckets belong to `s3`. */
  readonly copies: RemoteBuckets;
  readonly webhookQueue = new WebhookQueue();
  readonly faults: Faults;
  readonly origins: ServiceOrigins;
  readonly uploads: UploadService;
  readonly #requestIds: UuidPermutation;
  #requests = 0;

  constructor(options: EmulatorOptions) {
    const {
      projects: given,
      load,
      clock = { now: () => Date.now() },
      buckets,
      ...shared
    } = options;
    const loaded = load === undefined ? [] : readObjects(load);
    const projects = withLoadedProjects(given, loaded);
    const seed = options.seed ?? 1;
    this.clock = new EmulatorClock(clock, {
      speed: options.speed ?? 1,
      offsetMs: options.offsetMs ?? 0,
    });
    const now = this.clock.uniqueMicros();
    this.origins = new ServiceOrigins(options);
    this.projects = projects.map(
      (project, number) =>
        new EmulatedProject(number, { ...shared, ...project }, this.#createHost(number, now)),
    );
    this.projectsByKey = new Map(this.projects.map((project) => [project.publicKey, project]));
    this.faults = new Faults(seed);
    this.copies = new RemoteBuckets(
      (bucket, key) => this.s3.buckets.get(bucket)?.hasWritten(key) ?? false,
    );
    this.s3 = this.#createS3(buckets);
    this.uploads = new UploadService(this.projects, { ...options, s3: this.s3 }, (number) => ({
      ...shared,
      ...projects[number],
    }));
    this.#requestIds = new UuidPermutation(`${seed}/request`);
    this.audit = new AuditLog({
      projectName: (number) => this.project(number).publicKey,
      subject: (operation, number, ref) => findSubject(this.project(number), operation, ref),
      requestId: (request) => (request === 0 ? null : this.requestId(request)),
    });
    putObjects(this.uploads, loaded, now);
  }

  /** The number of requests so far. Requests to control endpoints do not count. */
  get requests(): number {
    return this.#requests;
  }

  /** Counts a request and returns its number, from 1. */
  nextRequest(): number {
    this.#requests += 1;
    return this.#requests;
  }

  /** The `X-Uploadcare-Request-Id` header of a request. It is computed from the request's number. */
  requestId(request: number): string {
    return this.#requestIds.uuidOf(request);
  }

  project(number: number): EmulatedProject {
    const project = this.projects[number];
    if (project === undefined) throw new RangeError(`No project ${number}`);
    return project;
  }

  /**
   * Carries out everything that is due by `now`, in microseconds since 1970: ends work, and expires and
   * purges files.
   */
  settle(now: number): void {
    for (const { number, files, dueTasks, webhooks } of this.projects) {
      dueTasks.run(now);
      files.settle(now, (ref) => {
        const effect = { operation: 'expire', project: number, ref } as const;
        this.audit.record(effect, { changed: true, request: 0, at: now });
        const initiator = { type: 'system', requestId: null } as const;
        webhooks.announce({ event: 'file.deleted', ref, at: now, initiator });
      });
    }
  }

  #createS3(buckets: EmulatorOptions['buckets'] = {}): S3Service {
    const host = {
      copies: this.copies,
      originals: () => this.uploads.originals,
      project: (number: number) => this.project(number),
    };
    const s3 = new S3Service((bucket) => copiedObjects(host, bucket), this.faults);
    for (const [name, options] of Object.entries(buckets)) s3.create(name, options);
    for (const project of this.projects) {
      for (const name of project.remoteTargets.values()) s3.open(name);
    }
    return s3;
  }

  #createHost(project: number, now: number): ProjectHost {
    return {
      now,
      origins: this.origins,
      webhookQueue: this.webhookQueue,
      shareOriginal: (from, to) => this.uploads.originals.share(from, to),
      recordOwn: (operation, ref, at) =>
        this.audit.record({ operation, project, ref }, { changed: true, request: 0, at }),
    };
  }
}

// Returns the id of the changed object for an entry of the log. Groups and webhooks have their own numbers.
// All other operations change files, so `ref` is then the number of a file.
function findSubject({ files, groups }: EmulatedProject, operation: Effect, ref: number): string {
  if (operation === 'webhook') return String(ref);
  const isGroup = operation === 'group_create' || operation === 'group_delete';
  return isGroup ? groups.describe(ref).id : files.uuidOf(ref);
}
