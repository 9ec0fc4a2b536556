import * as z from 'zod';
import { jobSchema } from './job-schema.ts';

/** The format of job files as JSON Schema, for editors; `jobs/job.schema.json` holds it. */
export function jobJsonSchema(): z.core.JSONSchema.BaseSchema {
  return {
    title: 'ucbulk job file',
    ...z.toJSONSchema(jobSchema, { io: 'input', target: 'draft-7' }),
  };
}
