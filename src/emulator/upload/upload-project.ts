import type { EmulatedProject } from '../project/emulated-project.ts';
import type { UploadProjectOptions } from '../project/project-options.ts';
import { MultipartUploads } from './multipart-uploads.ts';
import { UrlImports } from './url-imports.ts';

/** A project's settings for uploads, and its open uploads and imports. */
export class UploadProject {
  readonly project: EmulatedProject;
  readonly settings: Required<UploadProjectOptions>;
  readonly multipart = new MultipartUploads();
  readonly imports = new UrlImports();
  /** The number of files that were uploaded with each limited token. */
  readonly tokenOperations = new Map<string, number>();

  constructor(project: EmulatedProject, options: UploadProjectOptions) {
    this.project = project;
    this.settings = {
      signedUploads: options.signedUploads ?? false,
      fileSizeLimit: options.fileSizeLimit ?? Number.POSITIVE_INFINITY,
      uploadStoreDefault: options.uploadStoreDefault ?? 'auto',
      uploadRefusal: options.uploadRefusal ?? null,
    };
  }
}
