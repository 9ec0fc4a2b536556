import { CreationCounts } from '../audit/creation-counts.ts';
import { OriginalStore } from '../media/original-store.ts';
import type { EmulatedProject } from '../project/emulated-project.ts';
import type { UploadProjectOptions } from '../project/project-options.ts';
import { RegisteredUrls } from './registered-urls.ts';
import type { ImportTiming, UploadServiceOptions } from './upload-options.ts';
import { UploadProject } from './upload-project.ts';

const DAY_MS = 86_400_000;

/** The number of times that a part of a multipart upload was sent. */
export interface PartCount {
  /** UUID of the upload, and of the file that it becomes. */
  readonly upload: string;
  /** From 1. */
  readonly part: number;
  readonly times: number;
}

/** The state of the Upload API and the CDN, in addition to the projects' files and groups. */
export class UploadService {
  readonly projectsByKey: ReadonlyMap<string, UploadProject>;
  readonly originals: OriginalStore;
  readonly urls: RegisteredUrls;
  readonly creations = new CreationCounts();
  /** The number of times that each part was sent, by upload and number. */
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

  /** Finds an import and its project by the token. */
  findImport(token: string) {
    for (const project of this.projectsByKey.values()) {
      const entry = project.imports.find(token);
      if (entry !== undefined) return { project, entry };
    }
    return undefined;
  }

  /** Counts a part that was sent. */
  countPart(upload: string, part: number): void {
    const key = `${upload} ${part}`;
    this.#partPuts.set(key, (this.#partPuts.get(key) ?? 0) + 1);
  }

  /** All parts that were sent, also of ended uploads. */
  listParts(): PartCount[] {
    return [...this.#partPuts].map(([key, times]) => {
      const [upload = '', part] = key.split(' ');
      return { upload, part: Number(part), times };
    });
  }

  /** Finds a multipart upload and its project. */
  findMultipart(uuid: string) {
    for (const { project, multipart } of this.projectsByKey.values()) {
      const upload = multipart.find(uuid);
      if (upload !== undefined) return { project, upload };
    }
    return undefined;
  }
}
