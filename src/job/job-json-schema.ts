import * as z from 'zod';
import { jobSchema } from './job-schema.ts';

const OR_AN_EXPRESSION = '|\\$\\{\\{'; // editors check a value before its expressions are replaced

/** The format of job files as JSON Schema, for editors. It is stored in `jobs/job.schema.json`. */
export function jobJsonSchema(): z.core.JSONSchema.BaseSchema {
  const schema = z.toJSONSchema(jobSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      if (jsonSchema.pattern !== undefined) jsonSchema.pattern += OR_AN_EXPRESSION;
      delete jsonSchema.format;
    },
  });
  return { title: 'ucbulk job file', ...schema };
}
