import { DueTasks } from './due-tasks.ts';
import type { EmulatedFile } from './emulated-file.ts';
import { type FileRef, ProjectFiles } from './project-files.ts';
import { ProjectGroups } from './project-groups.ts';
import { ThrottleBucket, type ThrottleOptions } from './throttle-bucket.ts';
import { UuidPermutation } from './uuid-permutation.ts';
import { parseInstant } from './wire-instant.ts';

const HOUR_MS = 3_600_000;

/** One project: its keys, what the service knows of it and the files it starts with. */
export interface ProjectOptions {
  readonly publicKey?: string;
  readonly secretKey?: string;
  readonly name?: string;
  readonly collaborators?: readonly { readonly name: string; readonly email: string }[];
  /** What `auto` storing means (contract 2.2); default true. */
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
  /** Default: not throttled (contract 15.1). */
  readonly throttle?: ThrottleOptions | null;
  /** After how many ms an unstored file is removed; default 24 h (contract 15.11), null never. */
  readonly unstoredLifetimeMs?: number | null;
  /** After how many ms a removed file is purged; default null, never (contract 15.10). */
  readonly removedLifetimeMs?: number | null;
}

/** A file that a test wants to be there, all but nothing given by default; instants in ISO 8601. */
export interface FileSpec {
  readonly uuid?: string;
  readonly name?: string;
  /** The name in `original_file_url`; default the sanitised one. */
  readonly urlName?: string;
  readonly mimeType?: string;
  readonly size?: number;
  readonly isImage?: boolean | null;
  readonly isReady?: boolean;
  readonly uploadedAt?: string;
  readonly storedAt?: string | null;
  readonly removedAt?: string | null;
  readonly variations?: Readonly<Record<string, string>> | null;
  readonly contentInfo?: object | null;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly appdata?: object;
}

/** A project at work. */
export class EmulatedProject {
  readonly number: number;
  readonly publicKey: string;
  readonly secretKey: string;
  readonly name: string;
  readonly collaborators: readonly { readonly name: string; readonly email: string }[];
  readonly isAutostored: boolean;
  readonly remoteTargets: ReadonlyMap<string, string>;
  readonly files: ProjectFiles;
  readonly groups = new ProjectGroups();
  /** What is to happen at a later emulated time. */
  readonly dueTasks = new DueTasks();
  readonly throttle: ThrottleBucket | null;
  readonly #newUuids: UuidPermutation;
  #newFiles = 0;

  constructor(number: number, options: ProjectOptions, nowMicros: number) {
    this.number = number;
    this.publicKey =
      options.publicKey ?? (number === 0 ? 'demopublickey' : `demopublickey${number}`);
    this.secretKey =
      options.secretKey ?? (number === 0 ? 'demosecretkey' : `demosecretkey${number}`);
    this.name = options.name ?? 'demo';
    this.collaborators = options.collaborators ?? [];
    this.isAutostored = options.autostore ?? true;
    this.remoteTargets = new Map(
      Object.entries(options.remoteTargets ?? { backup: 'backup-bucket' }),
    );
    this.throttle = options.throttle ? new ThrottleBucket(options.throttle) : null;
    const seed = `${options.seed ?? 1}/${number}`;
    this.#newUuids = new UuidPermutation(`${seed}/new`);
    this.files = new ProjectFiles(seededOptions(options, seed, nowMicros), {
      unstored: lifetimeMicros(options.unstoredLifetimeMs, 24 * HOUR_MS),
      removed: lifetimeMicros(options.removedLifetimeMs, null),
    });
  }

  /** A UUID nobody has: the n-th new file of a seed always gets the same. */
  newUuid(): string {
    this.#newFiles += 1;
    return this.#newUuids.uuidOf(this.#newFiles);
  }

  /** Puts a file there as if it had been uploaded. */
  addFile(spec: FileSpec, nowMicros: number): FileRef {
    const uploadedAt = micros(spec.uploadedAt) ?? nowMicros;
    const isImage = spec.isImage === undefined ? false : spec.isImage;
    const mimeType = spec.mimeType ?? 'text/plain';
    const file: EmulatedFile = {
      uuid: spec.uuid ?? this.newUuid(),
      uploadedAt,
      storedAt: micros(spec.storedAt),
      removedAt: micros(spec.removedAt),
      name: spec.name ?? 'file.txt',
      ...(spec.urlName === undefined ? {} : { urlName: spec.urlName }),
      mimeType,
      size: spec.size ?? 5,
      isImage,
      isReady: spec.isReady ?? true,
      variations: JSON.stringify(spec.variations ?? null),
      contentInfo: JSON.stringify(
        spec.contentInfo === undefined ? mimeOnly(mimeType) : spec.contentInfo,
      ),
      metadata: JSON.stringify(spec.metadata ?? {}),
      appdata: JSON.stringify(spec.appdata ?? {}),
    };
    return this.files.add(file, nowMicros);
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

function micros(text: string | null | undefined): number | null {
  if (text === undefined || text === null) return null;
  const instant = parseInstant(text);
  if (instant === undefined) throw new Error(`Not an ISO 8601 instant: \`${text}\``);
  return instant;
}

function mimeOnly(mime: string): object {
  const [type, subtype] = mime.split('/', 2);
  return { mime: { mime, type, subtype } };
}
