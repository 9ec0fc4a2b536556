import type { Effect } from '../audit/effect.ts';
import { UuidPermutation } from '../core/uuid-permutation.ts';
import { type FileSpec, specifiedFile } from '../files/file-spec.ts';
import { LateMetadata } from '../files/late-metadata.ts';
import { type FileRef, ProjectFiles } from '../files/project-files.ts';
import { ProjectGroups } from '../files/project-groups.ts';
import { SearchIndex } from '../files/search-index.ts';
import { DueTasks } from '../time/due-tasks.ts';
import { ThrottleBucket } from '../time/throttle-bucket.ts';
import { WorkPlanner } from '../time/work-plan.ts';
import { ProjectWebhooks } from '../webhooks/project-webhooks.ts';
import type { WebhookQueue } from '../webhooks/webhook-queue.ts';
import { AddonRuns } from '../work/addon-runs.ts';
import { ConversionJobs } from '../work/conversion-jobs.ts';
import type { ProjectOptions } from './project-options.ts';
import type { ServiceOrigins } from './service-origins.ts';

const HOUR_MS = 3_600_000;

/** The parts of the emulator that a project needs. */
export interface ProjectHost {
  /** The time when the project was created, microseconds since 1970. */
  readonly now: number;
  /** The origins from which the project takes the scheme and host of the links in webhook deliveries. */
  readonly origins: ServiceOrigins;
  readonly webhookQueue: WebhookQueue;
  /** If the source of a copy was uploaded, records that the copy has the same bytes. */
  shareOriginal(from: string, to: string): void;
  /**
   * Records in the audit log a change that the emulator made by itself. The entry has the request number 0.
   */
  recordOwn(operation: Effect, ref: FileRef, at: number): void;
}

/** An emulated project: its keys, settings, files, groups, webhooks and unfinished work. */
export class EmulatedProject {
  readonly number: number;
  readonly publicKey: string;
  readonly secretKey: string;
  /** All secret keys of the project. The first one is `secretKey`. */
  readonly secretKeys: readonly string[];
  readonly name: string;
  readonly collaborators: readonly { readonly name: string; readonly email: string }[];
  readonly isAutostored: boolean;
  readonly remoteTargets: ReadonlyMap<string, string>;
  readonly files: ProjectFiles;
  readonly groups: ProjectGroups;
  /** Functions to call when the emulated clock reaches a certain time. */
  readonly dueTasks = new DueTasks();
  readonly throttle: ThrottleBucket | null;
  /** Decides how long copies, conversions and add-ons take, and how they end. */
  readonly work: WorkPlanner;
  readonly lateMetadata: LateMetadata;
  readonly webhooks: ProjectWebhooks;
  readonly areWebhooksAllowed: boolean;
  readonly areTagsShown: boolean;
  readonly deniedAddons: ReadonlySet<string>;
  readonly deniedConversions: ReadonlySet<string>;
  /** The number that identifies the project in webhook deliveries. */
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

  /**
   * Returns a new UUID. The same seed always gives the same sequence of UUIDs, without those of added files:
   * a rehearsal adds the files of an inventory, which another emulator with the same seed may have made.
   */
  newUuid(): string {
    for (;;) {
      this.#newFiles += 1;
      const uuid = this.#newUuids.uuidOf(this.#newFiles);
      if (this.files.added.slotOf(uuid) === undefined) return uuid;
    }
  }

  /** Adds a file as if it had been uploaded. */
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
