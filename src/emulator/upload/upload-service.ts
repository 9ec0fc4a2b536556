import { CreationCounts } from '../audit/creation-counts.ts';
import { OriginalStore } from '../media/original-store.ts';
import type { EmulatedProject } from '../project/emulated-project.ts';
import type { UploadProjectOptions } from '../project/project-options.ts';
import { RegisteredUrls } from './registered-urls.ts';
import type { ImportTiming, UploadServiceOptions } from './upload-options.ts';
import { UploadProject } from './upload-project.ts';

const DAY_MS = 86_400_000;

/** How often a part of a multipart upload was taken in. */
export interface PartCount {
  /** UUID of the upload, and of the file that it becomes. */
  readonly upload: string;
  /** From 1. */
  readonly part: number;
  readonly times: number;
}

/** All that the Upload API and the CDN know beyond the projects' files and groups. */
export class UploadService {
  readonly projectsByKey: ReadonlyMap<string, UploadProject>;
  readonly originals: OriginalStore;
  readonly urls: RegisteredUrls;
  readonly creations = new CreationCounts();
  /** How often each part was taken in, by upload and number. */
  readonly #partPuts = new Map<string, number>();
  readonly timing: Required<ImportTiming>;
  readonly processingMs: number;
  readonly partUrlLifetimeMs: number;

  constructor(
    projects: readonly EmulatedProject[],
    options: UploadServiceOptions,
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
    this.timing = { unknownMs: 0, waitingMs: 200, progressMs: 800, ...options.importTiming };
    this.processingMs = options.processingMs ?? 0;
    this.partUrlLifetimeMs = options.partUrlLifetimeMs ?? DAY_MS;
  }

  /** The project and import a token belongs to. */
  findImport(token: string) {
    for (const project of this.projectsByKey.values()) {
      const entry = project.imports.find(token);
      if (entry !== undefined) return { project, entry };
    }
    return undefined;
  }

  /** Counts a part that was taken in. */
  countPart(upload: string, part: number): void {
    const key = `${upload} ${part}`;
    this.#partPuts.set(key, (this.#partPuts.get(key) ?? 0) + 1);
  }

  /** Every part that was taken in, of uploads that ended too. */
  listParts(): PartCount[] {
    return [...this.#partPuts].map(([key, times]) => {
      const [upload = '', part] = key.split(' ');
      return { upload, part: Number(part), times };
    });
  }

  /** The project a multipart upload belongs to. */
  findMultipart(uuid: string) {
    for (const { project, multipart } of this.projectsByKey.values()) {
      const upload = multipart.find(uuid);
      if (upload !== undefined) return { project, upload };
    }
    return undefined;
  }
}
