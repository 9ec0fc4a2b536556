import { AddonRuns } from './addon-runs.ts';
import { ConversionJobs } from './conversion-jobs.ts';
import { DueTasks } from './due-tasks.ts';
import type { Effect } from './effect.ts';
import { type FileSpec, specifiedFile } from './file-spec.ts';
import { LateMetadata } from './late-metadata.ts';
import { type FileRef, ProjectFiles } from './project-files.ts';
import { ProjectGroups } from './project-groups.ts';
import { ProjectWebhooks } from './project-webhooks.ts';
import { SearchIndex } from './search-index.ts';
import type { ServiceOrigins } from './service-origins.ts';
import { ThrottleBucket, type ThrottleOptions } from './throttle-bucket.ts';
import type { UploadProjectOptions } from './upload/upload-options.ts';
import { UuidPermutation } from './uuid-permutation.ts';
import type { WebhookQueue } from './webhook-queue.ts';
import { type Addon, WorkPlanner, type WorkSettings } from './work-plan.ts';

const HOUR_MS = 3_600_000;

/** One project: its keys, what the service knows of it and the files it starts with. */
export interface ProjectOptions extends UploadProjectOptions {
  readonly publicKey?: string;
  readonly secretKey?: string;
  /** Further secret keys of the project, each as good as the first; default none. */
  readonly extraSecretKeys?: readonly string[];
  readonly name?: string;
  /** The project's number in webhooks; default 1, 2 … */
  readonly id?: number;
  readonly collaborators?: readonly { readonly name: string; readonly email: string }[];
  /** True if `auto` stores a file (api 2.2); default true. */
  readonly autostore?: boolean;
  /** Storage name to bucket name, the targets of remote copies; default `{ backup: 'backup-bucket' }`. */
  readonly remoteTargets?: Readonly<Record<string, string>>;
  /** How many seeded files; default 0. */
  readonly files?: number;
  /** Same seed, same files; default 1. */
  readonly seed?: number | string;
  /** Share of seeded files that are stored; default 0.7. */
  readonly storedShare?: number;
  /** Share of seeded files with metadata; default 0.3. */
  readonly metadataShare?: number;
  /** Age of the first seeded file in ms; default 400 days. */
  readonly oldestAgeMs?: number;
  /** Age of the last seeded file in ms; default one minute. */
  readonly newestAgeMs?: number;
  /** Share of seeded files that share their upload time with others; default 0.01. */
  readonly tiesShare?: number;
  /** How many files share it; default 3. */
  readonly tieSize?: number;
  /** Default: not throttled (api 15.1). */
  readonly throttle?: ThrottleOptions | null;
  /** After how many ms an unstored file is removed; default 24 h (api 15.11), null never. */
  readonly unstoredLifetimeMs?: number | null;
  /** After how many ms a removed file is purged; default null, never (api 15.10). */
  readonly removedLifetimeMs?: number | null;
  /** Durations and ends of copies, conversions and add-ons, by kind; see WorkOptions for defaults. */
  readonly work?: WorkSettings;
  /** Add-ons this project may not use: 403 (api 15.23); default none. */
  readonly deniedAddons?: readonly Addon[];
  /** Share of files in which the virus scan finds something; default 0.01. */
  readonly infectedShare?: number;
  /** Conversions this project may not use: 400 (api 7.1); default none. */
  readonly deniedConversions?: readonly ('document' | 'video')[];
  /** False for a plan without webhooks: 403 (api 1.4); default true. */
  readonly webhooks?: boolean;
  /** How long metadata and appdata that were written stay invisible, in ms (api 1.6); default 0. */
  readonly metadataLagMs?: number;
  /** How long a new group stays out of lists and out of `converted_groups`, in ms (api 1.6); default 0. */
  readonly groupsLagMs?: number;
  /** How long search does not know of a change, in ms (api 5b: up to 15 seconds); default 15,000. */
  readonly searchLagMs?: number;
  /** False for files without `tags`, as answers before 2026-06-29 had them; default true. */
  readonly tagsInFiles?: boolean;
}

/** What a project needs of the emulator it belongs to. */
export interface ProjectHost {
  /** When the project came into being, microseconds since 1970. */
  readonly now: number;
  /** Where links in webhook deliveries lead. */
  readonly origins: ServiceOrigins;
  readonly webhookQueue: WebhookQueue;
  /** Lets a copy have the bytes of its source, where those were uploaded. */
  shareOriginal(from: string, to: string): void;
  /** Notes what the service did by itself, as an effect of request 0. */
  recordOwn(operation: Effect, ref: FileRef, at: number): void;
}

/** A project at work. */
export class EmulatedProject {
  readonly number: number;
  readonly publicKey: string;
  readonly secretKey: string;
  /** Every secret key of the project, `secretKey` first. */
  readonly secretKeys: readonly string[];
  readonly name: string;
  readonly collaborators: readonly { readonly name: string; readonly email: string }[];
  readonly isAutostored: boolean;
  readonly remoteTargets: ReadonlyMap<string, string>;
  readonly files: ProjectFiles;
  readonly groups: ProjectGroups;
  /** What is to happen at a later emulated time. */
  readonly dueTasks = new DueTasks();
  readonly throttle: ThrottleBucket | null;
  /** Durations and ends of what takes time. */
  readonly work: WorkPlanner;
  readonly lateMetadata: LateMetadata;
  readonly webhooks: ProjectWebhooks;
  readonly areWebhooksAllowed: boolean;
  readonly areTagsShown: boolean;
  readonly deniedAddons: ReadonlySet<string>;
  readonly deniedConversions: ReadonlySet<string>;
  /** The number other services know the project by, e.g. in webhooks. */
  readonly id: number;
  readonly searchIndex: SearchIndex;
  readonly conversions: ConversionJobs;
  readonly addonRuns: AddonRuns;
  readonly host: ProjectHost;
  readonly #newUuids: UuidPermutation;
  #newFiles = 0;

  constructor(number: number, options: ProjectOptions, host: ProjectHost) {
    const ending = number === 0 ? '' : String(number);
    const { publicKey = `demopublickey${ending}`, id = number + 1, seed: ownSeed = 1 } = options;
    const { remoteTargets = { backup: 'backup-bucket' }, throttle = null } = options;
    const seed = `${ownSeed}/${number}`;
    this.number = number;
    this.id = id;
    this.publicKey = publicKey;
    ({ secretKey: this.secretKey = `demosecretkey${ending}`, name: this.name = 'demo' } = options);
    ({ collaborators: this.collaborators = [], autostore: this.isAutostored = true } = options);
    ({ webhooks: this.areWebhooksAllowed = true, tagsInFiles: this.areTagsShown = true } = options);
    this.secretKeys = [this.secretKey, ...(options.extraSecretKeys ?? [])];
    this.remoteTargets = new Map(Object.entries(remoteTargets));
    this.throttle = throttle === null ? null : new ThrottleBucket(throttle);
    this.#newUuids = new UuidPermutation(`${seed}/new`);
    this.files = new ProjectFiles(seededOptions(options, seed, host.now), {
      unstored: lifetimeMicros(options.unstoredLifetimeMs, 24 * HOUR_MS),
      removed: lifetimeMicros(options.removedLifetimeMs, null),
    });
    this.host = host;
    this.groups = new ProjectGroups(options.groupsLagMs ?? 0);
    this.deniedAddons = new Set(options.deniedAddons);
    this.deniedConversions = new Set(options.deniedConversions);
    const { work = {}, metadataLagMs = 0, searchLagMs = 15_000, infectedShare = 0.01 } = options;
    const { files } = this;
    const { webhookQueue: queue } = host;
    const origins = host.origins.forProject(publicKey);
    this.work = new WorkPlanner(seed, work);
    const { areTagsShown } = this;
    const project = { id, publicKey };
    this.webhooks = new ProjectWebhooks({ project, files, origins, queue, areTagsShown });
    this.lateMetadata = new LateMetadata(files, this.dueTasks, metadataLagMs);
    this.searchIndex = new SearchIndex(files, searchLagMs);
    this.conversions = new ConversionJobs(this);
    this.addonRuns = new AddonRuns(this, infectedShare);
  }

  /** A UUID nobody has: the n-th new file of a seed always gets the same. */
  newUuid(): string {
    this.#newFiles += 1;
    return this.#newUuids.uuidOf(this.#newFiles);
  }

  /** Puts a file there as if it had been uploaded. */
  addFile(spec: FileSpec, nowMicros: number): FileRef {
    return this.files.add(
      specifiedFile(spec, () => this.newUuid(), nowMicros),
      nowMicros,
    );
  }
}

function seededOptions(options: ProjectOptions, seed: string, nowMicros: number) {
  return {
    seed,
    count: options.files ?? 0,
    oldest: nowMicros - (options.oldestAgeMs ?? 400 * 24 * HOUR_MS) * 1000,
    newest: nowMicros - (options.newestAgeMs ?? 60_000) * 1000,
    tiesShare: options.tiesShare ?? 0.01,
    tieSize: options.tieSize ?? 3,
    storedShare: options.storedShare ?? 0.7,
    metadataShare: options.metadataShare ?? 0.3,
    seededAt: nowMicros,
  };
}

function lifetimeMicros(given: number | null | undefined, fallback: number | null): number {
  const ms = given === undefined ? fallback : given;
  return ms === null ? Number.POSITIVE_INFINITY : ms * 1000;
}
