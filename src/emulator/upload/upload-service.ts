import { CreationCounts } from '../audit/creation-counts.ts';
import { OriginalStore } from '../media/original-store.ts';
import type { EmulatedProject } from '../project/emulated-project.ts';
import type { UploadProjectOptions } from '../project/project-options.ts';
import type { S3Service } from '../s3/s3-service.ts';
import { RegisteredUrls } from './registered-urls.ts';
import type { ImportTiming, UploadServiceOptions } from './upload-options.ts';
import { UploadProject } from './upload-project.ts';

const DAY_MS = 86_400_000;

/** How often one part of a multipart upload was sent. */
export interface PartCount {
  /** The UUID of the upload. The finished file gets the same UUID. */
  readonly upload: string;
  /** The number of the part, from 1. */
  readonly part: number;
  readonly times: number;
}

/**
 * The data of the Upload API and the CDN: unfinished uploads and imports, the URLs that imports can fetch,
 * and uploaded bytes. The files and groups themselves belong to `EmulatedProject`.
 */
export class UploadService {
  readonly projectsByKey: ReadonlyMap<string, UploadProject>;
  readonly originals: OriginalStore;
  readonly urls: RegisteredUrls;
  /** The buckets from which imports can download with presigned URLs. */
  readonly s3: S3Service;
  /** True to invent a file for each public URL that is not registered. */
  readonly inventsUrls: boolean;
  readonly creations = new CreationCounts();
  /** How often each part was sent. The key has the UUID of the upload and the number of the part. */
  readonly #partPuts = new Map<string, number>();
  readonly timing: Required<ImportTiming>;
  readonly processingMs: number;
  readonly partUrlLifetimeMs: number;

  constructor(
    projects: readonly EmulatedProject[],
    options: UploadServiceOptions & { readonly s3: S3Service },
    projectOptions: (number: number) => UploadProjectOptions,
  ) {
    this.projectsByKey = new Map(
      projects.map((project) => [
        project.publicKey,
        new UploadProject(project, projectOptions(project.number)),
      ]),
    );
    this.originals = new OriginalStore(options.keepBytes);
    this.urls = new RegisteredUrls(options.urls);
    this.s3 = options.s3;
    this.inventsUrls = options.inventsUrls ?? false;
    this.timing = { unknownMs: 0, waitingMs: 200, progressMs: 800, ...options.importTiming };
    this.processingMs = options.processingMs ?? 0;
    this.partUrlLifetimeMs = options.partUrlLifetimeMs ?? DAY_MS;
  }

  /** Finds an import in any project by its token. */
  findImport(token: string) {
    for (const project of this.projectsByKey.values()) {
      const entry = project.imports.find(token);
      if (entry !== undefined) return { project, entry };
    }
    return undefined;
  }

  /** Records that a part was sent once more. */
  countPart(upload: string, part: number): void {
    const key = `${upload} ${part}`;
    this.#partPuts.set(key, (this.#partPuts.get(key) ?? 0) + 1);
  }

  /** All parts that were sent. Includes the parts of finished uploads. */
  listParts(): PartCount[] {
    return [...this.#partPuts].map(([key, times]) => {
      const [upload = '', part] = key.split(' ');
      return { upload, part: Number(part), times };
    });
  }

  /** Finds an unfinished multipart upload in any project by its UUID. */
  findMultipart(uuid: string) {
    for (const { project, multipart } of this.projectsByKey.values()) {
      const upload = multipart.find(uuid);
      if (upload !== undefined) return { project, upload };
    }
    return undefined;
  }
}
