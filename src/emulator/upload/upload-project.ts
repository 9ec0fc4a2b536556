import type { EmulatedProject } from '../project/emulated-project.ts';
import type { UploadProjectOptions } from '../project/project-options.ts';
import { MultipartUploads } from './multipart-uploads.ts';
import { UrlImports } from './url-imports.ts';

/** A project as the Upload API sees it: its rules, and what is under way. */
export class UploadProject {
  readonly project: EmulatedProject;
  readonly settings: Required<UploadProjectOptions>;
  readonly multipart = new MultipartUploads();
  readonly imports = new UrlImports();
  /** How many files were uploaded with each token that limits them. */
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
