import type { EmulatedProject } from '../project/emulated-project.ts';
import type { UploadProjectOptions } from '../project/project-options.ts';
import { MultipartUploads } from './multipart-uploads.ts';
import { UrlImports } from './url-imports.ts';

/** The settings of a project that concern uploads, and its unfinished uploads and imports. */
export class UploadProject {
  readonly project: EmulatedProject;
  readonly settings: Required<UploadProjectOptions>;
  readonly multipart = new MultipartUploads();
  readonly imports = new UrlImports();
  /** How many files were uploaded with each token that limits their number. The key is the token. */
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
