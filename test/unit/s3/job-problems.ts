import { JobFileError } from '../../../src/job/job-file-error.ts';
import { loadJobFile } from '../../../src/job/load-job-file.ts';

/** The problems of a job with a bucket whose parts are given as YAML; empty if there are none. */
export function problemsOf(parts: {
  readonly bucket?: string;
  readonly source?: string;
  readonly where?: string;
  readonly step?: string;
}): readonly string[] {
  const {
    bucket = 'url: s3://shop-media/products/',
    where = '',
    step = 'uses: import-url',
  } = parts;
  const source = parts.source ?? `bucket:\n    ${bucket}`;
  const text = `version: 1\nname: migrate\nsource:\n  ${source}\n${where}\nsteps:\n  - ${step}\n`;
  try {
    loadJobFile(text, { file: 'job.yaml', env: {}, vars: {} });
    return [];
  } catch (error) {
    if (error instanceof JobFileError) return [error.message];
    throw error;
  }
}
