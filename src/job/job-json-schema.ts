import * as z from 'zod';
import { jobSchema } from './job-schema.ts';

// Makes a pattern also accept the start of an expression, `${{`. Editors check values as the file contains
// them, before ucbulk replaces the expressions.
const OR_AN_EXPRESSION = '|\\$\\{\\{';

/** Returns the format of job files as a JSON Schema, for editors. `jobs/job.schema.json` contains a copy. */
export function jobJsonSchema(): z.core.JSONSchema.BaseSchema {
  const schema = z.toJSONSchema(jobSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      // A value with several checks comes here once for each check.
      const { pattern } = jsonSchema;
      if (pattern?.endsWith(OR_AN_EXPRESSION) === false) jsonSchema.pattern += OR_AN_EXPRESSION;
      delete jsonSchema.format;
    },
  });
  return { title: 'ucbulk job file', ...schema };
}
